import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { CurrentUser } from "../../../api/client";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ZonePicker } from "../../../ui/ZonePicker";
import { useChangeMe } from "../hooks/profile";

export function PersonForm({ me }: { me: CurrentUser }) {
  const [name, setName] = useState(me.full_name);
  const [zone, setZone] = useState(me.time_zone);
  const change = useChangeMe();
  const changed = name.trim() !== me.full_name || zone !== me.time_zone;

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ full_name: name, time_zone: zone }, { onSuccess: (person) => setName(person.full_name) });
  }

  return (
    <Box component="form" aria-label="Personal details" onSubmit={submit} sx={{ display: "grid", gap: 2, maxWidth: 480 }}>
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        size="small"
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
      <ZonePicker value={zone} onChange={setZone} />
      {change.error && <ErrorAlert error={change.error} />}
      <SuccessMessage
        saved={change.isSuccess && !changed}
        action={
          <Button type="submit" variant="contained" disabled={!changed} loading={change.isPending}>
            Save
          </Button>
        }
      />
    </Box>
  );
}
