import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { duration, labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Money } from "../../../ui/Money";
import { PageHeader } from "../../../ui/PageHeader";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { channelsQuery } from "../../channels/hooks/channels";
import { type VideoFilter, VIDEO_FILTERS, stateOf, videosQuery } from "../hooks/videos";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

const Row = styled(TableRow)(({ theme }) => ({
  position: "relative",
  "&:hover": { background: theme.palette.sunken },
  "&:focus-within": { background: theme.palette.sunken },
}));
const RowLink = styled(Link)({
  color: "inherit",
  textDecoration: "none",
  fontWeight: 550,
  "&::after": { content: '""', position: "absolute", inset: 0 },
});

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
      {videos.length > 0 && <VideoTable videos={videos} fading={found.isPlaceholderData} filter={filter} />}
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
  const channels = useQuery(channelsQuery()).data?.items ?? [];
  const shrunk = { select: { displayEmpty: true }, inputLabel: { shrink: true } };
  return (
    <>
      <TextField
        select
        size="small"
        label="Channel"
        value={channels.some((one) => one.id === channel) ? channel : ""}
        onChange={(event) => onChoose("channel", event.target.value)}
        sx={{ width: 200 }}
        slotProps={shrunk}>
        <MenuItem value="">All</MenuItem>
        {channels.map((one) => (
          <MenuItem key={one.id} value={one.id}>
            {one.name}
          </MenuItem>
        ))}
      </TextField>
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
  return (
    <Table aria-label="Videos" sx={{ opacity: fading ? 0.6 : 1 }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: 160 }} />
          <TableCell>Video</TableCell>
          {filter === "finished" && <TableCell>Status</TableCell>}
          <TableCell>Channel</TableCell>
          <TableCell>Created</TableCell>
          <TableCell sx={number}>Length</TableCell>
          <TableCell sx={number}>Script score</TableCell>
          <TableCell sx={number}>Cost</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {videos.map((video) => (
          <VideoRow key={video.id} video={video} filter={filter} />
        ))}
      </TableBody>
    </Table>
  );
}

function VideoRow({ video, filter }: { video: Video; filter: VideoFilter }) {
  const picture = video.files.find((file) => file.name === video.thumbnail);
  const state = stateOf(video.status);
  return (
    <Row>
      <TableCell>
        {picture && (
          <Box
            component="img"
            src={picture.url}
            alt=""
            width={144}
            height={81}
            loading="lazy"
            sx={{ borderRadius: 0.75, display: "block" }}
          />
        )}
      </TableCell>
      <TableCell sx={{ maxWidth: 480, overflowWrap: "anywhere" }}>
        <RowLink to={paths.video(video.id)}>{video.title}</RowLink>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>
          {video.format}
          {video.width && `, ${video.width}×${video.height}`}
        </Box>
      </TableCell>
      {filter === "finished" && (
        <TableCell>
          <State tone={state.tone} mark={state.mark}>
            {video.status}
          </State>
        </TableCell>
      )}
      <TableCell sx={{ maxWidth: 200, overflowWrap: "anywhere" }}>{video.channel_name}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={video.created_at} />
      </TableCell>
      <TableCell sx={number}>{duration(video.duration_seconds)}</TableCell>
      <TableCell sx={number}>{video.script_score?.toFixed(2) ?? "–"}</TableCell>
      <TableCell sx={number}>
        <Money amount={video.cost_usd} />
      </TableCell>
    </Row>
  );
}
