import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Person } from "../../../api/client";
import { ErrorNote } from "../../../ui/ErrorNote";
import { useChangeMe } from "../hooks/profile";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), here])].sort();

export function PersonForm({ me }: { me: Person }) {
  const [name, setName] = useState(me.full_name);
  const [zone, setZone] = useState(me.time_zone);
  const change = useChangeMe();
  const changed = name.trim() !== me.full_name || zone !== me.time_zone;

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ full_name: name, time_zone: zone }, { onSuccess: (person) => setName(person.full_name) });
  }

  return (
    <Box component="form" aria-label="You" onSubmit={submit} sx={{ display: "grid", gap: 2, maxWidth: 480 }}>
      <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="name" size="small" slotProps={{ htmlInput: { maxLength: 200 } }} />
      <Autocomplete options={ZONES.includes(me.time_zone) ? ZONES : [me.time_zone, ...ZONES]} value={zone} onChange={(_, next) => setZone(next)} disableClearable size="small"
        renderInput={(input) => <TextField {...input} label="Time zone" helperText={here !== zone && <>This device is in {here}.</>} />} />
      {change.error && <ErrorNote error={change.error} />}
      <Done saved={change.isSuccess && !changed} action={<Button type="submit" variant="contained" disabled={!changed} loading={change.isPending}>Save</Button>} />
    </Box>
  );
}

/** A form's button, and beside it that it was done. */
export function Done({ saved, words = "Saved", action }: { saved: boolean; words?: string; action: React.ReactNode }) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 2 }}>
      {action}
      <Box role="status" sx={{ color: "success.main", fontSize: 13 }}>{saved && `✓ ${words}`}</Box>
    </Box>
  );
}
