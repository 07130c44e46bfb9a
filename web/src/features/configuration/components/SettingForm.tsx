import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import TextField from "@mui/material/TextField";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Setting } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PasswordField } from "../../../ui/PasswordField";
import { useSetSetting, textOf } from "../hooks/settings";

/** In place of the value, until it is saved or left. */
export function SettingForm({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const { label, kind, secret } = textOf(setting.key);
  const [value, setValue] = useState(setting.value ?? "");
  const set = useSetSetting();
  const moves = Boolean(secret) && value.trim() !== (setting.value ?? "");

  function submit(event: FormEvent) {
    event.preventDefault();
    set.mutate({ key: setting.key, value }, { onSuccess: onClose });
  }

  return (
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-element-interactions -- Escape in one of its fields does what Cancel does
    <Box
      component="form"
      aria-label={label}
      onSubmit={submit}
      onKeyDown={(event: KeyboardEvent) => event.key === "Escape" && onClose()}
      sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "flex-start" }}>
        <Box sx={{ flex: 1, minWidth: 180 }}>
          {kind === "switch" && (
            <FormControlLabel
              label={label}
              control={<Switch autoFocus checked={value === "True"} onChange={(_, on) => setValue(on ? "True" : "False")} />}
            />
          )}
          {kind !== "switch" && setting.secret && (
            <PasswordField
              label={`New ${label.toLowerCase()}`}
              kind="new"
              value={value}
              onType={setValue}
              size="small"
              autoFocus
              autoComplete="off"
              helperText="Stored encrypted, and not shown again."
            />
          )}
          {kind !== "switch" && !setting.secret && (
            <TextField
              fullWidth
              size="small"
              label={label}
              type={kind ?? "text"}
              value={value}
              onChange={(event) => setValue(event.target.value)}
              autoFocus
              helperText={moves ? `The ${secret} is not sent to a new address: set it again afterwards.` : undefined}
              slotProps={{
                htmlInput: {
                  required: true,
                  maxLength: 4000,
                  spellCheck: false,
                  autoComplete: "off",
                  autoCapitalize: "off",
                  ...(kind === "number" ? { min: 1, max: 65_535, step: 1 } : {}),
                },
              }}
            />
          )}
        </Box>
        <Button type="submit" variant="contained" loading={set.isPending} sx={{ height: 40 }}>
          Save
        </Button>
        <Button onClick={onClose} sx={{ height: 40 }}>
          Cancel
        </Button>
      </Box>
      {set.error && <ErrorAlert error={set.error} />}
    </Box>
  );
}
