import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import type { RefObject } from "react";
import type { Run, Video } from "../../../api/client";

const Frame = styled("div")<{ upright: boolean }>(({ theme, upright }) => ({
  aspectRatio: upright ? "9 / 16" : "16 / 9", maxHeight: 560, width: upright ? "auto" : "100%", margin: upright ? "0 auto" : 0,
  background: theme.palette.sunken, border: `1px solid ${theme.palette.line}`, borderRadius: 6, overflow: "hidden",
  display: "grid", placeItems: "center", color: theme.palette.text.secondary, textAlign: "center",
  "& video": { width: "100%", height: "100%", display: "block", background: "#000" },
}));

interface Props {
  run: Run;
  video: Video | undefined;
  player: RefObject<HTMLVideoElement | null>;
}

/** The finished video, or a plain word where it will be. Captions are in the picture; the track is for screen readers. */
export function Player({ run, video, player }: Props) {
  const file = video?.files.find((one) => one.name === "video.mp4");
  const upright = run.format === "9:16";
  if (!video || !file) return <Frame upright={upright}><Box sx={{ p: 3 }}>{waiting(run)}</Box></Frame>;
  const address = (name: string) => video.files.find((one) => one.name === name)?.url;
  return (
    <Frame upright={upright}>
      <video ref={player} controls preload="metadata" src={file.url} poster={address("thumbnail-1.jpg")} aria-label={video.title}>
        <track kind="captions" srcLang={video.language} label="Captions" src={address("captions.vtt")} />
      </video>
    </Frame>
  );
}

function waiting(run: Run): string {
  if (run.status === "pending" || run.status === "running") return "The video plays here when its review is done.";
  if (run.status === "refused") return "The review refused this video. Its reasons are beside the step.";
  return run.status === "cancelled" ? "This run was cancelled before there was a video." : "This run ended without a video.";
}
