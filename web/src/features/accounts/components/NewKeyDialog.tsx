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
import type { CreatedApiKey, NewApiKey } from "../../../api/client";
import { CopyButton } from "../../../ui/CopyButton";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { MonospaceBlock } from "../../../ui/Monospace";
import { useCreateApiKey } from "../hooks/profile";

type Scope = NewApiKey["scopes"][number];
const SCOPES: { scope: Scope; about: string }[] = [
  { scope: "read", about: "Read: everything you can see" },
  { scope: "write", about: "Write: create videos and change data" },
  { scope: "ingest", about: "Ingest: send measured events" },
  { scope: "admin", about: "Admin: users, permissions, audit trail" },
];
const DAY_MS = 86_400_000;
const LIFETIMES = [
  { days: 30, text: "In 30 days" },
  { days: 90, text: "In 90 days" },
  { days: 365, text: "In a year" },
  { days: 0, text: "Never" },
];

export function NewKeyDialog({ isAdmin, onClose }: { isAdmin: boolean; onClose: () => void }) {
  const make = useCreateApiKey();
  // a key that was made is lost when its dialog closes by a stray click
  const close = (_: unknown, reason?: string) => {
    if (!(make.data && reason)) onClose();
  };
  return (
    <Dialog open onClose={close} maxWidth="sm" fullWidth aria-labelledby="new-key">
      <DialogTitle id="new-key">{make.data ? `API key “${make.data.name}”` : "Create API key"}</DialogTitle>
      {make.data ? <CreatedKey made={make.data} onClose={onClose} /> : <KeyForm make={make} isAdmin={isAdmin} onClose={onClose} />}
    </Dialog>
  );
}

interface FormProps {
  make: ReturnType<typeof useCreateApiKey>;
  isAdmin: boolean;
  onClose: () => void;
}

function KeyForm({ make, isAdmin, onClose }: FormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read"]);
  const [limit, setLimit] = useState("1000");
  const [days, setDays] = useState(90);

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate({
      name,
      scopes,
      hourly_limit: Number(limit),
      expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
    });
  }

  const toggle = (scope: Scope) => setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <form onSubmit={submit}>
      <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoFocus
          slotProps={{ htmlInput: { required: true, maxLength: 100 } }}
        />
        <FormControl component="fieldset">
          <FormLabel component="legend" sx={{ fontSize: 13 }}>
            Scopes
          </FormLabel>
          {SCOPES.filter(({ scope }) => scope !== "admin" || isAdmin).map(({ scope, about }) => (
            <FormControlLabel
              key={scope}
              label={about}
              control={<Checkbox size="small" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />}
            />
          ))}
        </FormControl>
        <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2 }}>
          <TextField
            label="Requests per hour"
            type="number"
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
            slotProps={{ htmlInput: { required: true, min: 1, max: 1_000_000, step: 1 } }}
          />
          <TextField select label="Expires" value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {LIFETIMES.map((lifetime) => (
              <MenuItem key={lifetime.days} value={lifetime.days}>
                {lifetime.text}
              </MenuItem>
            ))}
          </TextField>
        </Box>
        {make.error && <ErrorAlert error={make.error} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" disabled={!name.trim() || !scopes.length} loading={make.isPending}>
          Create
        </Button>
      </DialogActions>
    </form>
  );
}

function CreatedKey({ made, onClose }: { made: CreatedApiKey; onClose: () => void }) {
  return (
    <>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Alert severity="warning" variant="outlined" role="status">
          Copy the key now. It is not shown again and cannot be recovered.
        </Alert>
        <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
          <MonospaceBlock aria-label="Key" sx={{ flex: 1 }}>
            {made.secret}
          </MonospaceBlock>
          <CopyButton text={made.secret} />
        </Box>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          Example:
        </Typography>
        <MonospaceBlock sx={{ fontSize: 12 }}>{`curl -H "Authorization: Bearer $KEY" ${location.origin}/api/v1/runs`}</MonospaceBlock>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button variant="contained" autoFocus onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
