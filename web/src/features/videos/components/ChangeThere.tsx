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
import type { Publication, PublicationEdit, Tagged } from "../../../api/client";
import { ErrorNote } from "../../../ui/ErrorNote";
import { seenQuery, useUpdateThere } from "../hooks/changing";

const PRIVACY = { public: "Public: for everybody", unlisted: "Unlisted: for who has the link", private: "Private: for the channel alone" } as const;
const LICENCE = { youtube: "YouTube's standard licence", creativeCommon: "Creative Commons, attribution" } as const;
const STALE = { precondition_failed: "Somebody changed this since you opened it. Close this, and look at it again." };

/** How a video is shown at YouTube; its words go there with it. */
export function ChangeThere({ id, onClose }: { id: string; onClose: () => void }) {
  const seen = useQuery(seenQuery(id));
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="change-there">
      <DialogTitle id="change-there">Change it at YouTube</DialogTitle>
      {seen.error && <DialogContent><ErrorNote error={seen.error} /></DialogContent>}
      {seen.data && <Form id={id} seen={seen.data} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ id, seen, onClose }: { id: string; seen: Tagged<Publication>; onClose: () => void }) {
  const [edit, setEdit] = useState<PublicationEdit>({});
  const update = useUpdateThere(id);
  const is = { ...seen, ...(seen.status === "live" && { privacy: (seen.youtube_privacy ?? seen.privacy) as Publication["privacy"] }), ...edit };
  const set = (more: PublicationEdit) => setEdit((before) => ({ ...before, ...more }));
  function submit(event: FormEvent) {
    event.preventDefault();
    update.mutate({ edit, seen: seen.etag }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2, pt: 1 }}>
        <Box sx={{ color: "text.secondary" }}>Title, description and tags go there as they are on this page now.</Box>
        <TextField select size="small" label="Who may see it" value={is.privacy} onChange={(event) => set({ privacy: event.target.value as Publication["privacy"] })}
          helperText={seen.is_scheduled && edit.privacy ? "Its time is dropped with that." : undefined}>
          {Object.entries(PRIVACY).map(([value, words]) => <MenuItem key={value} value={value}>{words}</MenuItem>)}
        </TextField>
        <TextField select size="small" label="Licence" value={is.licence} onChange={(event) => set({ licence: event.target.value as Publication["licence"] })}>
          {Object.entries(LICENCE).map(([value, words]) => <MenuItem key={value} value={value}>{words}</MenuItem>)}
        </TextField>
        <Box sx={{ display: "grid" }}>
          <FormControlLabel control={<Checkbox checked={Boolean(is.synthetic_media)} onChange={(event) => set({ synthetic_media: event.target.checked })} />} label="It says that it has altered or synthetic content" />
          <FormControlLabel control={<Checkbox checked={Boolean(is.made_for_kids)} onChange={(event) => set({ made_for_kids: event.target.checked })} />} label="It is made for children" />
        </Box>
        {update.error && <ErrorNote error={update.error} words={STALE} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" variant="contained" loading={update.isPending}>Change it there</Button>
      </DialogActions>
    </form>
  );
}
