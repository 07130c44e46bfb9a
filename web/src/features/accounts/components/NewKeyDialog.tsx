import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControl from "@mui/material/FormControl";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import type { MadeKey, NewKey } from "../../../api/client";
import { CopyButton } from "../../../ui/CopyButton";
import { ErrorNote } from "../../../ui/ErrorNote";
import { MonoBlock } from "../../../ui/Mono";
import { useMakeKey } from "../hooks/profile";

type Scope = NewKey["scopes"][number];
const SCOPES: { scope: Scope; about: string }[] = [
  { scope: "read", about: "Read: see what you see" }, { scope: "write", about: "Write: order videos and change things" },
  { scope: "ingest", about: "Ingest: deliver measured events" },
  { scope: "admin", about: "Administer: users, permissions, the audit trail" },
];
const DAY_MS = 86_400_000;
const LIFETIMES = [{ days: 30, words: "In 30 days" }, { days: 90, words: "In 90 days" }, { days: 365, words: "In a year" }, { days: 0, words: "Never" }];

export function NewKeyDialog({ mayAdminister, onClose }: { mayAdminister: boolean; onClose: () => void }) {
  const make = useMakeKey();
  // a key that was made is lost when its dialog closes by a stray click
  const close = (_: unknown, reason?: string) => { if (!(make.data && reason)) onClose(); };
  return (
    <Dialog open onClose={close} maxWidth="sm" fullWidth aria-labelledby="new-key">
      <DialogTitle id="new-key">{make.data ? `Your key “${make.data.name}”` : "Make an API key"}</DialogTitle>
      {make.data ? <Made made={make.data} onClose={onClose} /> : <KeyForm make={make} mayAdminister={mayAdminister} onClose={onClose} />}
    </Dialog>
  );
}

interface FormProps {
  make: ReturnType<typeof useMakeKey>;
  mayAdminister: boolean;
  onClose: () => void;
}

function KeyForm({ make, mayAdminister, onClose }: FormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read"]);
  const [limit, setLimit] = useState("1000");
  const [days, setDays] = useState(90);

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate({
      name, scopes, hourly_limit: Number(limit), expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
    });
  }

  const toggle = (scope: Scope) => setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
        <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} autoFocus helperText="Which program it is for" slotProps={{ htmlInput: { required: true, maxLength: 100 } }} />
        <FormControl component="fieldset">
          <FormLabel component="legend" sx={{ fontSize: 13 }}>What it may do</FormLabel>
          {SCOPES.filter(({ scope }) => scope !== "admin" || mayAdminister).map(({ scope, about }) => (
            <FormControlLabel key={scope} label={about} control={<Checkbox size="small" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />} />
          ))}
        </FormControl>
        <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2 }}>
          <TextField label="Requests an hour" type="number" value={limit} onChange={(event) => setLimit(event.target.value)} slotProps={{ htmlInput: { required: true, min: 1, max: 1_000_000, step: 1 } }} />
          <TextField select label="Expires" value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {LIFETIMES.map((lifetime) => <MenuItem key={lifetime.days} value={lifetime.days}>{lifetime.words}</MenuItem>)}
          </TextField>
        </Box>
        {make.error && <ErrorNote error={make.error} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>Close</Button>
        <Button type="submit" variant="contained" disabled={!name.trim() || !scopes.length} loading={make.isPending}>Make the key</Button>
      </DialogActions>
    </form>
  );
}

function Made({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  return (
    <>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Alert severity="warning" variant="outlined" role="status">Copy it now: it is not shown again, and nobody can look it up.</Alert>
        <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
          <MonoBlock aria-label="Key" sx={{ flex: 1 }}>{made.secret}</MonoBlock>
          <CopyButton text={made.secret} />
        </Box>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>For a try:</Typography>
        <MonoBlock sx={{ fontSize: 12 }}>{`curl -H "Authorization: Bearer $KEY" ${location.origin}/api/v1/runs`}</MonoBlock>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button variant="contained" autoFocus onClick={onClose}>I have copied it</Button>
      </DialogActions>
    </>
  );
}
