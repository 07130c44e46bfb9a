import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Publication, PublicationUpdate, Tagged } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { taggedPublicationQuery } from "../hooks/publication";
import { useUpdateOnYouTube } from "../hooks/publicationEdits";

const PRIVACY = {
  public: "Public: everyone",
  unlisted: "Unlisted: anyone with the link",
  private: "Private: only the channel",
} as const;
const LICENCE = { youtube: "Standard YouTube licence", creativeCommon: "Creative Commons, attribution" } as const;
const STALE = { precondition_failed: "Someone else changed this since you opened it. Close this dialog and open it again." };

/** How a video is shown on YouTube; its metadata goes there with it. */
export function EditOnYouTubeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery(taggedPublicationQuery(id));
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="edit-on-youtube">
      <DialogTitle id="edit-on-youtube">Edit on YouTube</DialogTitle>
      {found.error && (
        <DialogContent>
          <ErrorAlert error={found.error} />
        </DialogContent>
      )}
      {found.data && <Form id={id} seen={found.data} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ id, seen, onClose }: { id: string; seen: Tagged<Publication>; onClose: () => void }) {
  const [edit, setEdit] = useState<PublicationUpdate>({});
  const update = useUpdateOnYouTube(id);
  const is = {
    ...seen,
    ...(seen.status === "live" && { privacy: (seen.youtube_privacy ?? seen.privacy) as Publication["privacy"] }),
    ...edit,
  };
  const set = (more: PublicationUpdate) => setEdit((before) => ({ ...before, ...more }));
  function submit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ edit, seen: seen.etag }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2, pt: 1 }}>
        <Box sx={{ color: "text.secondary" }}>Title, description and tags are sent as they are on this page.</Box>
        <TextField
          select
          size="small"
          label="Visibility"
          value={is.privacy}
          onChange={(event) => set({ privacy: event.target.value as Publication["privacy"] })}
          helperText={seen.is_scheduled && edit.privacy ? "This removes its scheduled time." : undefined}>
          {Object.entries(PRIVACY).map(([value, text]) => (
            <MenuItem key={value} value={value}>
              {text}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          size="small"
          label="Licence"
          value={is.licence}
          onChange={(event) => set({ licence: event.target.value as Publication["licence"] })}>
          {Object.entries(LICENCE).map(([value, text]) => (
            <MenuItem key={value} value={value}>
              {text}
            </MenuItem>
          ))}
        </TextField>
        <Box sx={{ display: "grid" }}>
          <FormControlLabel
            control={
              <Checkbox checked={Boolean(is.synthetic_media)} onChange={(event) => set({ synthetic_media: event.target.checked })} />
            }
            label="Altered or synthetic content"
          />
          <FormControlLabel
            control={<Checkbox checked={Boolean(is.made_for_kids)} onChange={(event) => set({ made_for_kids: event.target.checked })} />}
            label="Made for kids"
          />
        </Box>
        {update.error && <ErrorAlert error={update.error} messages={STALE} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" loading={update.isPending}>
          Update on YouTube
        </Button>
      </DialogActions>
    </form>
  );
}
