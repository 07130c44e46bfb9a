import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { styled } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import { type ChangeEvent, useRef } from "react";
import type { Video } from "../../../api/client";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { useIsAnalyst } from "../../accounts/hooks/me";
import { picturesOf, useUploadThumbnail, useChooseThumbnail } from "../hooks/thumbnails";

const Picture = styled(ButtonBase)(({ theme }) => ({
  borderRadius: 6,
  overflow: "hidden",
  outline: `1px solid ${theme.palette.line}`,
  aspectRatio: "16 / 9",
  width: "100%",
  "&[aria-pressed=true]": { outline: `3px solid ${theme.palette.primary.main}` },
  "&:focus-visible": { outline: `3px solid ${theme.palette.text.primary}` },
  "& img": { width: "100%", height: "100%", objectFit: "cover", display: "block" },
}));

/** The pictures that can stand for a video, and the one that does. */
export function Thumbnails({ video }: { video: Video }) {
  const choose = useChooseThumbnail(video.id);
  const upload = useUploadThumbnail(video.id);
  const field = useRef<HTMLInputElement>(null);
  const isAnalyst = useIsAnalyst();
  const pictures = picturesOf(video);
  const why = reasonOf(allowanceTo.chooseThumbnail(video));
  const error = choose.error ?? upload.error;
  if (!pictures.length) return null;

  function take(event: ChangeEvent<HTMLInputElement>) {
    const [file] = event.target.files ?? [];
    event.target.value = "";
    if (!file) return;
    choose.reset();
    upload.mutate(file);
  }

  return (
    <Box component="section" aria-labelledby="thumbnails" sx={{ mt: 3 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 2, mb: 1 }}>
        <Typography id="thumbnails" variant="h2">
          Thumbnail
        </Typography>
        {!isAnalyst && (
          <ExplainedButton size="small" variant="outlined" why={why} loading={upload.isPending} onClick={() => field.current?.click()}>
            Upload image
          </ExplainedButton>
        )}
        <input ref={field} type="file" hidden aria-label="Image" accept="image/jpeg,image/png,image/webp,image/gif" onChange={take} />
      </Box>
      <Box sx={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))", gap: 1.5 }}>
        {pictures.map(({ file, label }) => (
          <Picture
            key={file.name}
            aria-label={label}
            aria-pressed={file.name === video.thumbnail}
            disabled={why !== null || choose.isPending}
            onClick={() => {
              upload.reset();
              choose.mutate(file.name);
            }}>
            <img src={file.url} alt="" loading="lazy" />
          </Picture>
        ))}
      </Box>
      {error && <ErrorAlert error={error} />}
      {video.status === "published" && why === null && (
        <Box sx={{ mt: 1, color: "text.secondary", fontSize: 13 }}>Choosing another one replaces the thumbnail on YouTube.</Box>
      )}
    </Box>
  );
}
