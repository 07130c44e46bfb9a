import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import type { RefObject } from "react";
import type { Video } from "../../../api/client";

const Frame = styled("div")<{ upright: boolean }>(({ theme, upright }) => ({
  aspectRatio: upright ? "9 / 16" : "16 / 9",
  maxHeight: 560,
  width: upright ? "auto" : "100%",
  margin: upright ? "0 auto" : 0,
  background: theme.palette.sunken,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 6,
  overflow: "hidden",
  display: "grid",
  placeItems: "center",
  color: theme.palette.text.secondary,
  textAlign: "center",
  "& video": { width: "100%", height: "100%", display: "block", background: "#000" },
}));

interface Props {
  format: Video["format"];
  video: Video | undefined;
  player: RefObject<HTMLVideoElement | null>;
  /** Said where there is no video to play. */
  children: string;
}

/** The finished video, or a plain word where it will be. Captions are in the picture; the track is for screen readers. */
export function Player({ format, video, player, children }: Props) {
  const file = video?.files.find((one) => one.name === "video.mp4");
  const upright = format === "9:16";
  if (!video || !file)
    return (
      <Frame upright={upright}>
        <Box sx={{ p: 3 }}>{children}</Box>
      </Frame>
    );
  const address = (name: string) => video.files.find((one) => one.name === name)?.url;
  return (
    <Frame upright={upright}>
      <video ref={player} controls preload="metadata" src={file.url} poster={address(video.thumbnail)} aria-label={video.title}>
        <track kind="captions" srcLang={video.language} label="Captions" src={address("captions.vtt")} />
      </video>
    </Frame>
  );
}
