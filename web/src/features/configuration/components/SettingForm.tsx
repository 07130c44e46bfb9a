import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import { type Control, Controller, useForm, useWatch } from "react-hook-form";
import type { Setting } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { FormTextField } from "../../../ui/form/FormTextField";
import { required, wholeNumber } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { useSetSetting, textOf } from "../hooks/settings";

interface SettingValues {
  value: string;
}
const PORT = { min: 1, max: 65_535, step: 1 };
const aPort = { validate: (text: string) => wholeNumber(PORT.min, PORT.max).validate(text.trim() === "" ? null : Number(text)) };

/** In place of the value, until it is saved or left. */
export function SettingForm({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const form = useForm<SettingValues>({ defaultValues: { value: setting.value ?? "" } });
  const set = useSetSetting();
  const error = useServerErrors(form, set.error);
  return (
    <Form
      form={form}
      label={textOf(setting.key).label}
      onSubmit={({ value }) => set.mutate({ key: setting.key, value }, { onSuccess: onClose })}
      // Escape in one of its fields does what Cancel does
      onKeyDown={(event) => event.key === "Escape" && onClose()}
      sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "flex-start" }}>
        <Box sx={{ flex: 1, minWidth: 180 }}>
          <ValueField setting={setting} control={form.control} />
        </Box>
        <Button type="submit" variant="contained" loading={set.isPending} sx={{ height: 40 }}>
          Save
        </Button>
        <Button onClick={onClose} sx={{ height: 40 }}>
          Cancel
        </Button>
      </Box>
      {error && <ErrorAlert error={error} />}
    </Form>
  );
}

function ValueField({ setting, control }: { setting: Setting; control: Control<SettingValues> }) {
  const { label, kind, secret } = textOf(setting.key);
  const value = useWatch({ control, name: "value" });
  const moves = Boolean(secret) && value.trim() !== (setting.value ?? "");
  if (kind === "switch")
    return (
      <Controller
        control={control}
        name="value"
        render={({ field }) => (
          <FormControlLabel
            label={label}
            control={<Switch autoFocus checked={field.value === "True"} onChange={(_, on) => field.onChange(on ? "True" : "False")} />}
          />
        )}
      />
    );
  if (setting.secret)
    return (
      <FormPasswordField
        control={control}
        name="value"
        rules={required("Enter a value.")}
        label={`New ${label.toLowerCase()}`}
        kind="new"
        autoFocus
        autoComplete="off"
        helperText="Stored encrypted, and not shown again."
      />
    );
  return (
    <FormTextField
      control={control}
      name="value"
      rules={kind === "number" ? aPort : required("Enter a value.")}
      fullWidth
      label={label}
      type={kind ?? "text"}
      autoFocus
      helperText={moves ? `The ${secret} is not sent to a new address: set it again afterwards.` : undefined}
      slotProps={{
        htmlInput: {
          required: true,
          maxLength: 4000,
          spellCheck: false,
          autoComplete: "off",
          autoCapitalize: "off",
          ...(kind === "number" ? PORT : {}),
        },
      }}
    />
  );
}
