import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useEffect } from "react";
import type { Tagged, Video } from "../../../api/client";
import { Done } from "../../../ui/Done";
import { PhrasesField } from "../../../ui/PhrasesField";
import { isStale, SaveTrouble } from "../../../ui/SaveTrouble";
import { useDraft } from "../../../ui/useDraft";
import { faults, fits, MOST, sizeOf, type Words } from "../hooks/limits";
import { PART_WORDS, useEditVideo, whyFixed } from "../hooks/videos";

const wordsOf = ({ title, description, tags }: Video): Words => ({ title, description, tags });

/** What the video says of itself. Each saving is a version, so nothing is lost. */
export function WordsForm({ video }: { video: Tagged<Video> }) {
  const draft = useDraft(wordsOf(video), video.etag);
  const edit = useEditVideo(video.id);
  const fixed = whyFixed(video);
  const { title, description, tags } = draft.values;
  const wrong = faults(draft.values);

  function save(seen: string) {
    edit.mutate({ edit: draft.mine, seen }, { onSuccess: (saved) => draft.saved(wordsOf(saved), saved.etag) });
  }
  // a worker notes where the video stands in the same row: that is nobody else's change of these words
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
    <Box component="form" aria-label="Title, description and tags" onSubmit={submit} sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      {fixed && <Box sx={{ color: "text.secondary" }}>{fixed}</Box>}
      <TextField label="Title" size="small" value={title} onChange={(event) => draft.type({ title: event.target.value })} error={Boolean(wrong.title) || sizeOf.title(title) > MOST.title}
        helperText={<Counted size={sizeOf.title(title)} most={MOST.title} unit="characters">{wrong.title}</Counted>} slotProps={{ htmlInput: { readOnly: fixed !== null }, formHelperText: { component: "div" } }} />
      <TextField label="Description" size="small" value={description} multiline minRows={6} maxRows={14} onChange={(event) => draft.type({ description: event.target.value })}
        error={Boolean(wrong.description) || sizeOf.description(description) > MOST.description}
        helperText={<Counted size={sizeOf.description(description)} most={MOST.description} unit="bytes">{wrong.description}</Counted>} slotProps={{ htmlInput: { readOnly: fixed !== null }, formHelperText: { component: "div" } }} />
      <PhrasesField label="Tags" value={tags} readOnly={fixed !== null} onChange={(next) => draft.type({ tags: next })} error={Boolean(wrong.tags) || sizeOf.tags(tags) > MOST.tags}
        helper={<Counted size={sizeOf.tags(tags)} most={MOST.tags} unit="characters">{wrong.tags}</Counted>} />
      {edit.error && !retried && <SaveTrouble error={edit.error} theirs={draft.theirs.map((part) => PART_WORDS[part])} onMine={() => save(video.etag)} onTheirs={drop} />}
      {!fixed && (
        <Done saved={edit.isSuccess && !draft.changed} words="Saved as a new version" action={
          <Box sx={{ display: "flex", gap: 1 }}>
            <Button type="submit" variant="contained" disabled={!draft.changed || !fits(draft.values) || isStale(edit.error)} loading={edit.isPending}>Save</Button>
            {draft.changed && <Button color="inherit" onClick={drop}>Discard</Button>}
          </Box>} />
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
      <Box sx={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>{size} of {most} {unit}</Box>
    </Box>
  );
}
