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
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { type Control, useForm } from "react-hook-form";
import type { CreatedApiKey, NewApiKey } from "../../../api/client";
import { CopyButton } from "../../../ui/CopyButton";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormNumberField, FormTextField } from "../../../ui/form/FormTextField";
import { required, wholeNumber } from "../../../ui/form/rules";
import { useField } from "../../../ui/form/useField";
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

interface KeyValues {
  name: string;
  scopes: Scope[];
  hourly_limit: number | null;
  /** None: it does not expire. */
  days: number;
}

function KeyForm({ make, isAdmin, onClose }: FormProps) {
  const form = useForm<KeyValues>({ defaultValues: { name: "", scopes: ["read"], hourly_limit: 1000, days: 90 } });
  const { control } = form;

  function create({ days, hourly_limit, ...given }: KeyValues) {
    const expires_at = days ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
    make.mutate({ ...given, hourly_limit: hourly_limit!, expires_at });
  }

  return (
    <DialogForm form={form} onSubmit={create} submit="Create" mutation={make} onClose={onClose}>
      <FormTextField
        control={control}
        name="name"
        rules={required("Enter a name.")}
        size="medium"
        label="Name"
        autoFocus
        slotProps={{ htmlInput: { required: true, maxLength: 100 } }}
      />
      <ScopesField control={control} isAdmin={isAdmin} />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 2 }}>
        <FormNumberField
          control={control}
          name="hourly_limit"
          rules={wholeNumber(1, 1_000_000)}
          size="medium"
          label="Requests per hour"
          slotProps={{ htmlInput: { required: true, min: 1, max: 1_000_000, step: 1 } }}
        />
        <FormTextField control={control} name="days" select size="medium" label="Expires">
          {LIFETIMES.map((lifetime) => (
            <MenuItem key={lifetime.days} value={lifetime.days}>
              {lifetime.text}
            </MenuItem>
          ))}
        </FormTextField>
      </Box>
    </DialogForm>
  );
}

function ScopesField({ control, isAdmin }: { control: Control<KeyValues>; isAdmin: boolean }) {
  const why = useId();
  const { value, onChange, ref, fault } = useField(control, "scopes", {
    validate: (scopes) => scopes.length > 0 || "Choose at least one scope.",
  });
  const offered = SCOPES.filter(({ scope }) => scope !== "admin" || isAdmin);
  const toggle = (scope: Scope) => onChange(value.includes(scope) ? value.filter((one) => one !== scope) : [...value, scope]);
  return (
    <FormControl component="fieldset" error={Boolean(fault)} aria-describedby={fault && why}>
      <FormLabel component="legend" sx={{ fontSize: 13 }}>
        Scopes
      </FormLabel>
      {offered.map(({ scope, about }, at) => (
        <FormControlLabel
          key={scope}
          label={about}
          control={
            <Checkbox
              size="small"
              checked={value.includes(scope)}
              onChange={() => toggle(scope)}
              slotProps={{ input: { ref: at === 0 ? (ref ?? null) : null } }}
            />
          }
        />
      ))}
      {fault && (
        <FormHelperText id={why} sx={{ mx: 0 }}>
          {fault}
        </FormHelperText>
      )}
    </FormControl>
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
