import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Link as RouterLink, useNavigate, useParams } from "react-router";
import type { Tagged, Video } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can } from "../../../lib/access";
import { bytes, duration, timecode, usd } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { videoStatusOf } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useIsAnalyst } from "../../accounts/hooks/me";
import { PublicationPanel } from "../../publishing/components/PublicationPanel";
import { Player } from "../components/Player";
import { PublishButton } from "../../publishing/components/PublishButton";
import { Thumbnails } from "../components/Thumbnails";
import { Versions } from "../components/Versions";
import { MetadataForm } from "../components/MetadataForm";
import { useRemoveVideo, useArchiveVideo, videoQuery } from "../hooks/videos";

export function VideoPage() {
  const { videoId = "" } = useParams();
  const found = useQuery(videoQuery(videoId));
  const isAnalyst = useIsAnalyst();
  const video = found.data;
  if (found.error && !video) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!video) return null;
  return (
    <>
      <Link component={RouterLink} to={paths.videos()} underline="hover" sx={{ color: "text.secondary", fontSize: 13 }}>
        Videos
      </Link>
      <Header video={video} />
      <PublicationPanel id={video.id} access={video.access} />
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", md: "minmax(0, 1fr) minmax(0, 1fr)" }, gap: 4, alignItems: "start" }}>
        <Media video={video} />
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 4 }}>
          <section aria-label="Metadata">
            <MetadataForm key={video.id} video={video} />
          </section>
          {!isAnalyst && (
            <Box component="section" aria-labelledby="versions">
              <Typography id="versions" variant="h2" sx={{ mb: 1 }}>
                Versions
              </Typography>
              <Versions video={video} />
            </Box>
          )}
        </Box>
      </Box>
    </>
  );
}

function Header({ video }: { video: Tagged<Video> }) {
  const isAnalyst = useIsAnalyst();
  const archive = useArchiveVideo(video.id);
  const remove = useRemoveVideo(video.id);
  const error = archive.error ?? remove.error;
  const again = () => {
    archive.reset();
    remove.reset();
  };
  return (
    <>
      <PageHeader
        title={video.title}
        below={<VideoSummary video={video} />}
        actions={<Actions video={video} isAnalyst={isAnalyst} archive={archive} remove={remove} onBegin={again} />}
      />
      {error && (
        <ErrorAlert
          error={error}
          messages={{
            precondition_failed: "Someone else changed this video since you opened it. The current version is shown; try again if needed.",
          }}
        />
      )}
    </>
  );
}

function VideoSummary({ video }: { video: Video }) {
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 2,
        rowGap: 0.5,
        mt: 0.5,
        color: "text.secondary",
        fontVariantNumeric: "tabular-nums",
      }}>
      <StatusChip status={videoStatusOf(video.status)} />
      <span>
        {duration(video.duration_seconds)} long, {video.format}
        {video.width && `, ${video.width}×${video.height}`}
      </span>
      <Link component={RouterLink} to={paths.channel(video.channel_id)} color="inherit">
        {video.channel_name}
      </Link>
      {video.script_score !== null && <span>script score {video.script_score.toFixed(2)} of 1</span>}
      <span>{usd(video.cost_usd)} USD</span>
      <span>
        created <TimeAgo at={video.created_at} />
      </span>
    </Box>
  );
}

interface ActionsProps {
  video: Tagged<Video>;
  isAnalyst: boolean;
  archive: ReturnType<typeof useArchiveVideo>;
  remove: ReturnType<typeof useRemoveVideo>;
  onBegin: () => void;
}

function Actions({ video, isAnalyst, archive, remove, onBegin }: ActionsProps) {
  const ask = useConfirm((state) => state.ask);
  const navigate = useNavigate();
  const seen = video.etag;
  const put = (to: "archive" | "unarchive") => {
    onBegin();
    archive.mutate({ to, seen });
  };
  const askArchive = () =>
    ask({
      title: "Archive this video?",
      action: "Archive video",
      harmless: true,
      onConfirm: () => put("archive"),
      body: `It is hidden from lists and search${video.status === "scheduled" ? ", and is no longer scheduled" : ""}. A published video stays on YouTube. It can be restored at any time.`,
    });
  const askRemove = () =>
    ask({
      title: "Remove this video?",
      action: "Remove permanently",
      body: "It is removed from all lists and cannot be restored. Its costs and evidence are kept.",
      onConfirm: () => {
        onBegin();
        remove.mutate(seen, { onSuccess: () => void navigate(paths.videos()) });
      },
    });
  const busy = archive.isPending || remove.isPending;
  const removable = video.published_at === null && ["ready", "scheduled", "failed", "draft", "archived"].includes(video.status);
  const seeRun = (
    <Button component={RouterLink} to={paths.run(video.run_id)} color="inherit">
      View run
    </Button>
  );
  if (isAnalyst) return seeRun;
  if (!can.write(video.access))
    return (
      <>
        <PublishButton video={video} />
        {seeRun}
      </>
    );
  return (
    <>
      <PublishButton video={video} />
      {seeRun}
      {video.status === "archived" && (
        <Button variant="outlined" disabled={busy} onClick={() => put("unarchive")}>
          Restore
        </Button>
      )}
      {["ready", "scheduled", "failed", "draft", "published"].includes(video.status) && (
        <Button variant="outlined" disabled={busy} onClick={askArchive}>
          Archive
        </Button>
      )}
      {removable && (
        <Button variant="outlined" color="error" disabled={busy} onClick={askRemove}>
          Remove
        </Button>
      )}
    </>
  );
}

function Media({ video }: { video: Video }) {
  const player = useRef<HTMLVideoElement>(null);
  function seek(seconds: number) {
    if (!player.current) return;
    player.current.currentTime = seconds;
    void player.current.play();
  }
  return (
    <Box component="section" aria-label="Video">
      <Player format={video.format} video={video} player={player}>
        There is no video file. See the run for the reason.
      </Player>
      <Thumbnails video={video} />
      {video.chapters.length > 0 && (
        <Box component="ol" aria-label="Chapters" sx={{ listStyle: "none", m: 0, mt: 2, p: 0, fontSize: 13 }}>
          {video.chapters.map((chapter) => (
            <Box component="li" key={chapter.start_s} sx={{ py: 0.25 }}>
              <Link
                component="button"
                type="button"
                onClick={() => seek(chapter.start_s)}
                sx={{ fontVariantNumeric: "tabular-nums", mr: 1.5, fontSize: 13 }}>
                {timecode(chapter.start_s)}
              </Link>
              {chapter.title}
            </Box>
          ))}
        </Box>
      )}
      {video.files.length > 0 && (
        <Box
          component="ul"
          aria-label="Files"
          sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.5, listStyle: "none", m: 0, mt: 2, p: 0, fontSize: 13 }}>
          {video.files.map((file) => (
            <li key={file.name}>
              <Link href={`${file.url}&download=true`} color="inherit">
                {file.name}
              </Link>{" "}
              <Box component="span" sx={{ color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
                {bytes(file.size_bytes)}
              </Box>
            </li>
          ))}
        </Box>
      )}
    </Box>
  );
}
