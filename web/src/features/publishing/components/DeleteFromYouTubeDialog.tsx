import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Publication, PublicationEdit } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { useZone } from "../../accounts/hooks/me";
import { useRequestDeletion, useConfirmDeletion } from "../hooks/publicationEdits";

interface Props {
  publication: Publication;
  /** The question that somebody asked already, and nobody confirmed. */
  asked: PublicationEdit | null;
  onClose: () => void;
}

/** Two steps: the reason, and then the video's id on YouTube, since it cannot be undone. */
export function DeleteFromYouTubeDialog({ publication, asked, onClose }: Props) {
  const ask = useRequestDeletion(publication.video_id);
  const question = ask.data ?? asked;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="delete-from-youtube">
      <DialogTitle id="delete-from-youtube">
        {question ? "Delete this video from YouTube now?" : "Delete this video from YouTube?"}
      </DialogTitle>
      {question ? (
        <Confirm publication={publication} question={question} onClose={onClose} />
      ) : (
        <Why onAsk={(reason) => ask.mutate(reason)} pending={ask.isPending} error={ask.error} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Why({
  onAsk,
  pending,
  error,
  onClose,
}: {
  onAsk: (reason: string) => void;
  pending: boolean;
  error: Error | null;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    onAsk(reason);
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Box>
          Views, comments and links on YouTube are lost permanently. Its costs and metrics are kept here, with who deleted it and why.
        </Box>
        <TextField
          autoFocus
          size="small"
          label="Reason"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          helperText="Recorded with the deletion."
          slotProps={{ htmlInput: { maxLength: 500 } }}
        />
        {error && <ErrorAlert error={error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" color="error" variant="outlined" disabled={reason.trim().length < 3} loading={pending}>
          Continue
        </Button>
      </DialogActions>
    </form>
  );
}

function Confirm({ publication, question, onClose }: { publication: Publication; question: PublicationEdit; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const confirm = useConfirmDeletion(publication.video_id);
  const zone = useZone();
  const there = publication.youtube_video_id ?? "";
  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate({ edit: question.id, there: typed.trim() }, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Box>
          Nothing is deleted yet. Reason: “{question.reason}”. To confirm, type the YouTube video ID <Monospace>{there}</Monospace>
          {question.expires_at && ` before ${moment(question.expires_at, zone)}`}.
        </Box>
        <TextField
          autoFocus
          size="small"
          label="YouTube video ID"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
        {confirm.error && <ErrorAlert error={confirm.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" color="error" variant="contained" disabled={typed.trim() !== there} loading={confirm.isPending}>
          Delete from YouTube
        </Button>
      </DialogActions>
    </form>
  );
}
