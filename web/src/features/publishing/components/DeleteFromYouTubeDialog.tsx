import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { useForm } from "react-hook-form";
import type { Publication, PublicationEdit } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { Monospace } from "../../../ui/Monospace";
import { useZone } from "../../accounts/hooks/me";
import { useRequestDeletion, useConfirmDeletion } from "../hooks/publicationEdits";

// as the API asks for
const MIN_REASON = 3;

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
        <ConfirmForm publication={publication} question={question} onClose={onClose} />
      ) : (
        <ReasonForm ask={ask} onClose={onClose} />
      )}
    </Dialog>
  );
}

function ReasonForm({ ask, onClose }: { ask: ReturnType<typeof useRequestDeletion>; onClose: () => void }) {
  const form = useForm({ defaultValues: { reason: "" } });
  return (
    <DialogForm form={form} onSubmit={({ reason }) => ask.mutate(reason)} submit="Continue" color="error" mutation={ask} onClose={onClose}>
      <Box>
        Views, comments and links on YouTube are lost permanently. Its costs and metrics are kept here, with who deleted it and why.
      </Box>
      <FormTextField
        control={form.control}
        name="reason"
        rules={{ validate: (text) => text.trim().length >= MIN_REASON || `Enter at least ${MIN_REASON} characters.` }}
        autoFocus
        label="Reason"
        helperText="Recorded with the deletion."
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
    </DialogForm>
  );
}

interface ConfirmProps {
  publication: Publication;
  question: PublicationEdit;
  onClose: () => void;
}

function ConfirmForm({ publication, question, onClose }: ConfirmProps) {
  const form = useForm({ defaultValues: { youtube_video_id: "" } });
  const confirm = useConfirmDeletion(publication.video_id);
  const zone = useZone();
  const id = publication.youtube_video_id ?? "";
  return (
    <DialogForm
      form={form}
      onSubmit={(given) => confirm.mutate({ edit: question.id, there: given.youtube_video_id.trim() }, { onSuccess: onClose })}
      submit="Delete from YouTube"
      color="error"
      mutation={confirm}
      onClose={onClose}>
      <Box>
        Nothing is deleted yet. Reason: “{question.reason}”. To confirm, type the YouTube video ID <Monospace>{id}</Monospace>
        {question.expires_at && ` before ${moment(question.expires_at, zone)}`}.
      </Box>
      <FormTextField
        control={form.control}
        name="youtube_video_id"
        rules={{ validate: (text) => text.trim() === id || `Type ${id} to confirm.` }}
        autoFocus
        label="YouTube video ID"
        autoComplete="off"
      />
    </DialogForm>
  );
}
