import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, unwrap, type Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { duration } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Money } from "../../../ui/Money";
import { PageHeader } from "../../../ui/PageHeader";
import { TimeAgo } from "../../../ui/TimeAgo";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

const Row = styled(TableRow)(({ theme }) => ({
  position: "relative", "&:hover": { background: theme.palette.sunken }, "&:focus-within": { background: theme.palette.sunken },
}));
const RowLink = styled(Link)({ color: "inherit", textDecoration: "none", fontWeight: 550, "&::after": { content: '""', position: "absolute", inset: 0 } });

export function VideosPage() {
  const videos = useQuery({
    queryKey: ["videos", "list"],
    queryFn: () => unwrap(api.GET("/api/v1/videos", { params: { query: { limit: 50 } } })),
  });
  const items = videos.data?.items ?? [];
  return (
    <>
      <PageHeader title="Videos"
        below={videos.data && <Typography sx={{ color: "text.secondary" }}>{items.length}{videos.data.next_cursor ? "+" : ""} finished and reviewed</Typography>} />
      {videos.error && <ErrorNote error={videos.error} onRetry={() => void videos.refetch()} />}
      {videos.data && !items.length && (
        <EmptyState title="No finished videos yet" body="A video is listed here once its run is completed." action={<Link to={paths.runs()}>See the runs</Link>} />
      )}
      {items.length > 0 && (
        <Table aria-label="Videos">
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 160 }} />
              <TableCell>Video</TableCell>
              <TableCell>Channel</TableCell>
              <TableCell>Made</TableCell>
              <TableCell sx={number}>Length</TableCell>
              <TableCell sx={number}>Script score</TableCell>
              <TableCell sx={number}>Cost</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>{items.map((video) => <VideoRow key={video.id} video={video} />)}</TableBody>
        </Table>
      )}
    </>
  );
}

function VideoRow({ video }: { video: Video }) {
  const picture = video.files.find((file) => file.name === "thumbnail-1.jpg");
  return (
    <Row>
      <TableCell>
        {picture && <Box component="img" src={picture.url} alt="" width={144} height={81} loading="lazy" sx={{ borderRadius: 0.75, display: "block" }} />}
      </TableCell>
      <TableCell sx={{ maxWidth: 480 }}>
        <RowLink to={paths.run(video.run_id)}>{video.title}</RowLink>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>{video.format}, {video.width}×{video.height}</Box>
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>{video.channel_name}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}><TimeAgo at={video.created_at} /></TableCell>
      <TableCell sx={number}>{duration(video.duration_seconds)}</TableCell>
      <TableCell sx={number}>{video.script_score?.toFixed(2) ?? "–"}</TableCell>
      <TableCell sx={number}><Money amount={video.cost_usd} /></TableCell>
    </Row>
  );
}
