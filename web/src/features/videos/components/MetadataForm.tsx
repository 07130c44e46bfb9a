import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { type FormEvent, useEffect } from "react";
import type { Tagged, Video } from "../../../api/client";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { DraftActions } from "../../../ui/DraftActions";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { PhrasesField } from "../../../ui/PhrasesField";
import { isStale, SaveConflict } from "../../../ui/SaveConflict";
import { useDraft } from "../../../ui/useDraft";
import { faults, fits, MAX_LENGTH, sizeOf, type Metadata } from "../hooks/limits";
import { FIELD_LABELS, useEditVideo } from "../hooks/videos";

const metadataOf = ({ title, description, tags }: Video): Metadata => ({ title, description, tags });

/** Title, description and tags. Every save is a version, so nothing is lost. */
export function MetadataForm({ video }: { video: Tagged<Video> }) {
  const draft = useDraft(metadataOf(video), video.etag);
  const edit = useEditVideo(video.id);
  const fixed = reasonOf(allowanceTo.edit(video));
  const { title, description, tags } = draft.values;
  const wrong = faults(draft.values);

  function save(seen: string) {
    edit.mutate({ edit: draft.mine, seen }, { onSuccess: (saved) => draft.saved(metadataOf(saved), saved.etag) });
  }
  // a worker notes where the video stands in the same row: that is nobody else's change of this form
  const retried = isStale(edit.error) && draft.theirs.length === 0 && draft.seen !== edit.variables?.seen;
  useEffect(() => {
    if (retried) save(draft.seen);
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    save(draft.seen);
  }
  function drop() {
    edit.reset();
    draft.drop();
  }

  return (
    <Box
      component="form"
      aria-label="Title, description and tags"
      onSubmit={submit}
      sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      {fixed && <Box sx={{ color: "text.secondary" }}>{fixed}</Box>}
      <TextField
        label="Title"
        size="small"
        value={title}
        onChange={(event) => draft.type({ title: event.target.value })}
        error={Boolean(wrong.title) || sizeOf.title(title) > MAX_LENGTH.title}
        helperText={
          <Counted size={sizeOf.title(title)} most={MAX_LENGTH.title} unit="characters">
            {wrong.title}
          </Counted>
        }
        slotProps={{ htmlInput: { readOnly: fixed !== null }, formHelperText: { component: "div" } }}
      />
      <TextField
        label="Description"
        size="small"
        value={description}
        multiline
        minRows={6}
        maxRows={14}
        onChange={(event) => draft.type({ description: event.target.value })}
        error={Boolean(wrong.description) || sizeOf.description(description) > MAX_LENGTH.description}
        helperText={
          <Counted size={sizeOf.description(description)} most={MAX_LENGTH.description} unit="bytes">
            {wrong.description}
          </Counted>
        }
        slotProps={{ htmlInput: { readOnly: fixed !== null }, formHelperText: { component: "div" } }}
      />
      <PhrasesField
        label="Tags"
        value={tags}
        readOnly={fixed !== null}
        onChange={(next) => draft.type({ tags: next })}
        error={Boolean(wrong.tags) || sizeOf.tags(tags) > MAX_LENGTH.tags}
        helper={
          <Counted size={sizeOf.tags(tags)} most={MAX_LENGTH.tags} unit="characters">
            {wrong.tags}
          </Counted>
        }
      />
      {edit.error && !retried && (
        <SaveConflict
          error={edit.error}
          theirs={draft.theirs.map((part) => FIELD_LABELS[part])}
          onMine={() => save(video.etag)}
          onTheirs={drop}
        />
      )}
      {!fixed && (
        <SuccessMessage
          saved={edit.isSuccess && !draft.changed}
          text="Saved as a new version"
          action={
            <DraftActions
              changed={draft.changed}
              fault={fits(draft.values) ? null : "Shorten or correct what is marked."}
              isConflicting={isStale(edit.error)}
              isPending={edit.isPending}
              onDiscard={drop}
            />
          }
        />
      )}
    </Box>
  );
}

/** How much of what YouTube takes is used; `children` says what else is wrong. */
function Counted({ size, most, unit, children }: { size: number; most: number; unit: string; children?: string | undefined }) {
  const spare = most - size;
  return (
    <Box sx={{ display: "flex", gap: 2 }}>
      <Box sx={{ flex: 1 }}>{children ?? (spare < 0 && `${-spare} too many for YouTube`)}</Box>
      <Box sx={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>
        {size} of {most} {unit}
      </Box>
    </Box>
  );
}
