import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { duration, labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { type VideoFilter, VIDEO_FILTERS, videosQuery } from "../hooks/videos";
import { type Column, DataTable } from "../../../ui/DataTable";
import { videoStatusOf } from "../../../ui/statuses";
import { ChannelSelect } from "../../channels/components/ChannelSelect";

const FILTER_TEXT: Record<VideoFilter, { count: string; title: string; body: string }> = {
  finished: { count: "finished and reviewed", title: "No finished videos yet", body: "A video is listed here once its run is completed." },
  archived: { count: "archived", title: "No archived videos", body: "Archived videos are listed here and can be restored." },
  failed: { count: "failed", title: "No failed videos", body: "Videos whose run failed are listed here." },
};

export function VideosPage() {
  const [search, setSearch] = useSearchParams();
  const filter = VIDEO_FILTERS.find((one) => one === search.get("status")) ?? "finished";
  const channel = search.get("channel");
  const found = useInfiniteQuery(videosQuery(filter, channel));
  const videos = found.data?.pages.flatMap((page) => page.items) ?? [];
  const text = FILTER_TEXT[filter];

  function choose(name: "status" | "channel", value: string) {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  }

  return (
    <>
      <PageHeader
        title="Videos"
        actions={<Filters filter={filter} channel={channel} onChoose={choose} />}
        below={
          found.data && (
            <Typography sx={{ color: "text.secondary" }}>
              {videos.length}
              {found.hasNextPage ? "+" : ""} {text.count}
            </Typography>
          )
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !videos.length && (
        <EmptyState
          title={channel ? "No videos of this channel" : text.title}
          body={text.body}
          action={
            filter === "finished" && !channel ? (
              <Link to={paths.runs()}>Go to runs</Link>
            ) : (
              <Button onClick={() => setSearch({}, { replace: true })}>Show all finished videos</Button>
            )
          }
        />
      )}
      <VideoTable videos={videos} fading={found.isPlaceholderData} filter={filter} />
      {found.hasNextPage && (
        <Button sx={{ mt: 2 }} variant="outlined" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Filters({
  filter,
  channel,
  onChoose,
}: {
  filter: VideoFilter;
  channel: string | null;
  onChoose: (name: "status" | "channel", value: string) => void;
}) {
  return (
    <>
      <ChannelSelect value={channel ?? ""} all="All" onChange={(value) => onChoose("channel", value)} sx={{ width: 200 }} />
      <TextField
        select
        size="small"
        label="Filter"
        value={filter}
        onChange={(event) => onChoose("status", event.target.value === "finished" ? "" : event.target.value)}
        sx={{ width: 140 }}>
        {VIDEO_FILTERS.map((one) => (
          <MenuItem key={one} value={one}>
            {labelOf(one)}
          </MenuItem>
        ))}
      </TextField>
    </>
  );
}

function VideoTable({ videos, fading, filter }: { videos: Video[]; fading: boolean; filter: VideoFilter }) {
  const columns: Column<Video>[] = [
    { width: 160, cell: (video) => <Thumbnail video={video} /> },
    {
      header: "Video",
      kind: "name",
      wrap: "anywhere",
      maxWidth: 480,
      linkTo: (video) => paths.video(video.id),
      cell: (video) => video.title,
      detail: (video) => (
        <>
          {video.format}
          {video.width && `, ${video.width}×${video.height}`}
        </>
      ),
    },
    { header: "Status", isHidden: filter !== "finished", kind: "status", cell: (video) => videoStatusOf(video.status) },
    { header: "Channel", wrap: "anywhere", maxWidth: 200, cell: (video) => video.channel_name },
    { header: "Created", kind: "time", cell: (video) => video.created_at },
    { header: "Length", kind: "number", cell: (video) => duration(video.duration_seconds) },
    { header: "Script score", kind: "number", cell: (video) => video.script_score?.toFixed(2) ?? "–" },
    { header: "Cost", kind: "money", cell: (video) => video.cost_usd },
  ];
  return <DataTable stacked isStale={fading} label="Videos" columns={columns} rows={videos} rowKey={(video) => video.id} />;
}

function Thumbnail({ video }: { video: Video }) {
  const picture = video.files.find((file) => file.name === video.thumbnail);
  if (!picture) return null;
  return (
    <Box component="img" src={picture.url} alt="" width={144} height={81} loading="lazy" sx={{ borderRadius: 0.75, display: "block" }} />
  );
}
