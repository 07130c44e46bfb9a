import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import { useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import type { Publication, PublicationUpdate, Tagged } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { FormToggle } from "../../../ui/form/FormToggle";
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
      {found.data && <EditForm id={id} seen={found.data} onClose={onClose} />}
    </Dialog>
  );
}

/** Only what was changed is sent. */
type EditValues = Required<{ [Name in "privacy" | "licence" | "synthetic_media" | "made_for_kids"]: NonNullable<PublicationUpdate[Name]> }>;

const valuesOf = (seen: Publication): EditValues => ({
  privacy: seen.status === "live" ? ((seen.youtube_privacy ?? seen.privacy) as Publication["privacy"]) : seen.privacy,
  licence: seen.licence,
  synthetic_media: Boolean(seen.synthetic_media),
  made_for_kids: Boolean(seen.made_for_kids),
});

function EditForm({ id, seen, onClose }: { id: string; seen: Tagged<Publication>; onClose: () => void }) {
  const form = useForm<EditValues>({ defaultValues: valuesOf(seen) });
  const { control } = form;
  const { dirtyFields } = form.formState;
  const update = useUpdateOnYouTube(id);
  function send(given: EditValues) {
    const edit = Object.fromEntries(Object.entries(given).filter(([name]) => dirtyFields[name as keyof EditValues])) as PublicationUpdate;
    update.mutate({ edit, seen: seen.etag }, { onSuccess: onClose });
  }
  return (
    <DialogForm form={form} onSubmit={send} submit="Update on YouTube" mutation={update} messages={STALE} onClose={onClose}>
      <Box sx={{ color: "text.secondary" }}>Title, description and tags are sent as they are on this page.</Box>
      <FormTextField
        control={control}
        name="privacy"
        select
        label="Visibility"
        helperText={seen.is_scheduled && dirtyFields.privacy ? "This removes its scheduled time." : undefined}>
        {Object.entries(PRIVACY).map(([value, text]) => (
          <MenuItem key={value} value={value}>
            {text}
          </MenuItem>
        ))}
      </FormTextField>
      <FormTextField control={control} name="licence" select label="Licence">
        {Object.entries(LICENCE).map(([value, text]) => (
          <MenuItem key={value} value={value}>
            {text}
          </MenuItem>
        ))}
      </FormTextField>
      <Box sx={{ display: "grid" }}>
        <FormToggle control={control} name="synthetic_media" kind="checkbox" label={() => "Altered or synthetic content"} />
        <FormToggle control={control} name="made_for_kids" kind="checkbox" label={() => "Made for kids"} />
      </Box>
    </DialogForm>
  );
}
