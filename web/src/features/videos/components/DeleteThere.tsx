import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Publication, PublicationChange } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Mono } from "../../../ui/Mono";
import { useZone } from "../../accounts/hooks/me";
import { useAskRemoval, useConfirmRemoval } from "../hooks/changing";

interface Props {
  publication: Publication;
  /** The question that somebody asked already, and nobody confirmed. */
  asked: PublicationChange | null;
  onClose: () => void;
}

/** Two steps: why, and then the video's id there, since nobody can take it back. */
export function DeleteThere({ publication, asked, onClose }: Props) {
  const ask = useAskRemoval(publication.video_id);
  const question = ask.data ?? asked;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="delete-there">
      <DialogTitle id="delete-there">{question ? "Delete it at YouTube now?" : "Delete this video at YouTube?"}</DialogTitle>
      {question ? <Confirm publication={publication} question={question} onClose={onClose} /> : <Why onAsk={(reason) => ask.mutate(reason)} pending={ask.isPending} error={ask.error} onClose={onClose} />}
    </Dialog>
  );
}

function Why({ onAsk, pending, error, onClose }: { onAsk: (reason: string) => void; pending: boolean; error: Error | null; onClose: () => void }) {
  const [reason, setReason] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    onAsk(reason);
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Box>Views, comments and links there are gone for good. Its costs and figures stay here, with who had it deleted, and why.</Box>
        <TextField autoFocus size="small" label="Why" value={reason} onChange={(event) => setReason(event.target.value)} helperText="It is kept with the deletion." slotProps={{ htmlInput: { maxLength: 500 } }} />
        {error && <ErrorNote error={error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button type="submit" color="error" variant="outlined" disabled={reason.trim().length < 3} loading={pending}>Go on</Button>
      </DialogActions>
    </form>
  );
}

function Confirm({ publication, question, onClose }: { publication: Publication; question: PublicationChange; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const confirm = useConfirmRemoval(publication.video_id);
  const zone = useZone();
  const there = publication.youtube_video_id ?? "";
  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate({ change: question.id, there: typed.trim() }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Box>Nothing is deleted yet. Reason: “{question.reason}”. Type the video's id at YouTube, <Mono>{there}</Mono>{question.expires_at && `, before ${moment(question.expires_at, zone)}`}.</Box>
        <TextField autoFocus size="small" label="The video's id at YouTube" value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
        {confirm.error && <ErrorNote error={confirm.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button type="submit" color="error" variant="contained" disabled={typed.trim() !== there} loading={confirm.isPending}>Delete it at YouTube</Button>
      </DialogActions>
    </form>
  );
}
