import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { Controller, useForm } from "react-hook-form";
import type { Flag } from "../../../api/client";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { FormToggle } from "../../../ui/form/FormToggle";
import { type Pick, PeoplePicker } from "../../../ui/PersonPicker";
import { SegmentsField } from "../../../ui/SegmentsField";
import { NAME_PATTERN, useSetFlag } from "../hooks/flags";
import { RolloutField } from "./RolloutField";

interface FlagValues {
  name: string;
  description: string;
  enabled: boolean;
  percentage: number;
  segments: string[];
  people: Pick[];
}
const NEW: FlagValues = { name: "", description: "", enabled: false, percentage: 0, segments: [], people: [] };
const valuesOf = ({ name, description, enabled, percentage, segments, people }: Flag): FlagValues => ({
  name,
  description,
  enabled,
  percentage,
  segments,
  people,
});
const isName = new RegExp(`^${NAME_PATTERN}$`);

/** Creates a flag, or edits one. */
export function FlagDialog({ flag, onClose }: { flag: Flag | null; onClose: () => void }) {
  const set = useSetFlag();
  const form = useForm<FlagValues>({ defaultValues: flag ? valuesOf(flag) : NEW });
  const { control } = form;

  function save({ name, people, ...given }: FlagValues) {
    const body = { ...given, user_ids: people.map((one) => one.id) };
    set.mutate({ name, body, seen: flag?.etag ?? null }, { onSuccess: onClose });
  }

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="flag">
      <DialogTitle id="flag">{flag ? `Edit ${flag.name}` : "Create flag"}</DialogTitle>
      <DialogForm form={form} onSubmit={save} submit={flag ? "Save" : "Create flag"} mutation={set} onClose={onClose}>
        {!flag && (
          <FormTextField
            control={control}
            name="name"
            rules={{ validate: (name) => isName.test(name) || "Enter lowercase letters, digits and _, starting with a letter." }}
            size="medium"
            label="Name"
            autoFocus
            helperText="As used in the code: lowercase letters, digits and _, starting with a letter. It cannot be changed later."
            slotProps={{ htmlInput: { required: true, maxLength: 100, spellCheck: false, autoCapitalize: "off" } }}
          />
        )}
        <FormTextField
          control={control}
          name="description"
          size="medium"
          label="Description"
          multiline
          maxRows={4}
          autoFocus={Boolean(flag)}
          slotProps={{ htmlInput: { maxLength: 1000 } }}
        />
        <FormToggle control={control} name="enabled" kind="switch" label={(on) => (on ? "On" : "Off: disabled for everyone")} />
        {flag?.is_boolean ? (
          <Typography sx={{ color: "text.secondary" }}>This flag is checked before sign-in, so it is on or off for everyone.</Typography>
        ) : (
          <>
            <Controller
              control={control}
              name="percentage"
              render={({ field }) => <RolloutField value={field.value} onChange={field.onChange} />}
            />
            <Controller
              control={control}
              name="segments"
              render={({ field, fieldState }) => (
                <SegmentsField
                  value={field.value}
                  onChange={field.onChange}
                  inputRef={field.ref}
                  fault={fieldState.error?.message}
                  helperText="User groups, set under Users. Their members always have the feature."
                />
              )}
            />
            <Controller
              control={control}
              name="people"
              render={({ field }) => (
                <PeoplePicker
                  label="Users"
                  value={field.value}
                  onChange={field.onChange}
                  helperText="They always have the feature. Search by name or email."
                />
              )}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  );
}
