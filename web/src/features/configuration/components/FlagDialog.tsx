import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import type { Flag } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { type Pick, PeoplePicker } from "../../../ui/PersonPicker";
import { SegmentsField } from "../../../ui/SegmentsField";
import { NAME_PATTERN, useSetFlag } from "../hooks/flags";
import { RolloutField } from "./RolloutField";

/** Creates a flag, or edits one. */
export function FlagDialog({ flag, onClose }: { flag: Flag | null; onClose: () => void }) {
  const set = useSetFlag();
  const [name, setName] = useState(flag?.name ?? "");
  const [description, setDescription] = useState(flag?.description ?? "");
  const [enabled, setEnabled] = useState(flag?.enabled ?? false);
  const [percentage, setPercentage] = useState(flag?.percentage ?? 0);
  const [segments, setSegments] = useState<string[]>(flag?.segments ?? []);
  const [people, setPeople] = useState<Pick[]>(flag?.people ?? []);

  function submit(event: FormEvent) {
    event.preventDefault();
    const body = { description, enabled, percentage, segments, user_ids: people.map((one) => one.id) };
    set.mutate({ name, body, seen: flag?.etag ?? null }, { onSuccess: onClose });
  }

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="flag">
      <DialogTitle id="flag">{flag ? `Edit ${flag.name}` : "Create flag"}</DialogTitle>
      <form onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
          {!flag && (
            <TextField
              label="Name"
              value={name}
              onChange={(event) => setName(event.target.value)}
              autoFocus
              helperText="As used in the code: lowercase letters, digits and _, starting with a letter. It cannot be changed later."
              slotProps={{ htmlInput: { required: true, pattern: NAME_PATTERN, maxLength: 100, spellCheck: false, autoCapitalize: "off" } }}
            />
          )}
          <TextField
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.target.value)}
            multiline
            maxRows={4}
            autoFocus={Boolean(flag)}
            slotProps={{ htmlInput: { maxLength: 1000 } }}
          />
          <FormControlLabel
            control={<Switch checked={enabled} onChange={(_, on) => setEnabled(on)} />}
            label={enabled ? "On" : "Off: disabled for everyone"}
          />
          {flag?.is_boolean ? (
            <Typography sx={{ color: "text.secondary" }}>This flag is checked before sign-in, so it is on or off for everyone.</Typography>
          ) : (
            <>
              <RolloutField value={percentage} onChange={setPercentage} />
              <SegmentsField
                value={segments}
                onChange={setSegments}
                helperText="User groups, set under Users. Their members always have the feature."
              />
              <PeoplePicker
                label="Users"
                value={people}
                onChange={setPeople}
                helperText="They always have the feature. Search by name or email."
              />
            </>
          )}
          {set.error && <ErrorAlert error={set.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={set.isPending}>
            {flag ? "Save" : "Create flag"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
