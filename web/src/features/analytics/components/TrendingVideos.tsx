import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router";
import type { LiveVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { count, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { State } from "../../../ui/State";
import { TIER } from "../hooks/measures";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

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
      {videos.length > 0 && (
        <Table size="small" aria-label="Trending now">
          <TableHead>
            <TableRow>
              <TableCell>Video</TableCell>
              <TableCell>Channel</TableCell>
              <TableCell>Tier</TableCell>
              <TableCell sx={right}>Views, 60 min</TableCell>
              <TableCell sx={right}>Last minute</TableCell>
              <TableCell sx={right}>Engagement rate, 60 min</TableCell>
              <TableCell sx={right}>Views per hour</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {videos.map((one) => (
              <TableRow key={one.video_id}>
                <TableCell sx={{ maxWidth: 420, overflowWrap: "anywhere" }}>
                  <Link to={paths.video(one.video_id)}>{one.title || "Untitled"}</Link>
                </TableCell>
                <TableCell sx={{ maxWidth: 220, overflowWrap: "anywhere" }}>{one.channel_name}</TableCell>
                <TableCell>
                  <State tone={TIER[one.tier].tone} mark={TIER[one.tier].mark}>
                    {one.tier}
                  </State>
                </TableCell>
                <TableCell sx={right}>{count(one.hour_views)}</TableCell>
                <TableCell sx={right}>{count(one.live.views_last_minute)}</TableCell>
                <TableCell sx={right}>{percent(one.hour_engagement_rate)}</TableCell>
                <TableCell sx={right}>{count(one.views_per_hour_lifetime)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </SubSection>
  );
}
