import { Link } from "react-router";
import type { LiveVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { count, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { VIDEO_TIER } from "../../../ui/statuses";

const COLUMNS: Column<LiveVideo>[] = [
  {
    header: "Video",
    wrap: "anywhere",
    maxWidth: 420,
    cell: (one) => <Link to={paths.video(one.video_id)}>{one.title || "Untitled"}</Link>,
  },
  { header: "Channel", wrap: "anywhere", maxWidth: 220, cell: (one) => one.channel_name },
  { header: "Tier", kind: "status", cell: (one) => VIDEO_TIER[one.tier] },
  { header: "Views, 60 min", kind: "number", cell: (one) => count(one.hour_views) },
  { header: "Last minute", kind: "number", cell: (one) => count(one.live.views_last_minute) },
  { header: "Engagement rate, 60 min", kind: "number", cell: (one) => percent(one.hour_engagement_rate) },
  { header: "Views per hour", kind: "number", cell: (one) => count(one.views_per_hour_lifetime) },
];

/** New videos by their views of the last sixty minutes. */
export function TrendingVideos({ videos }: { videos: LiveVideo[] }) {
  return (
    <SubSection
      title="Trending now"
      about={
        videos.length
          ? "Videos of the last 7 days, by views of the last 60 minutes."
          : "No video of the last 7 days has events of the last 60 minutes."
      }>
      <DataTable stacked label="Trending now" columns={COLUMNS} rows={videos} rowKey={(one) => one.video_id} />
    </SubSection>
  );
}
