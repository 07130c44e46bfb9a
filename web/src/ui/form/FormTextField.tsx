import TextField, { type TextFieldProps } from "@mui/material/TextField";
import type { FieldPath, FieldPathByValue, FieldPathValue, FieldValues } from "react-hook-form";
import { type FieldProps, useField } from "./useField";

type Own = "name" | "value" | "defaultValue" | "onChange" | "error" | "inputRef";
type Rest = Omit<TextFieldProps, Own>;

/** A line, a text or a choice; with `select`, its options are its children. */
export function FormTextField<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  rules,
  helperText,
  onPick,
  ...rest
}: FieldProps<Values, Name> & Rest & { onPick?: (value: FieldPathValue<Values, Name>) => void }) {
  const { value, onChange, ref, fault } = useField(control, name, rules);
  return (
    <TextField
      size="small"
      {...rest}
      name={name}
      value={value ?? ""}
      inputRef={ref}
      error={Boolean(fault)}
      helperText={fault ?? helperText}
      onChange={(event) => {
        const next = event.target.value as FieldPathValue<Values, Name>;
        onChange(next);
        onPick?.(next);
      }}
    />
  );
}

/** A number, or null where nothing is written. */
export function FormNumberField<Values extends FieldValues, Name extends FieldPathByValue<Values, number | null | undefined>>({
  control,
  name,
  rules,
  helperText,
  ...rest
}: FieldProps<Values, Name> & Rest) {
  const { value, onChange, ref, fault } = useField(control, name, rules);
  return (
    <TextField
      size="small"
      {...rest}
      type="number"
      name={name}
      value={value ?? ""}
      inputRef={ref}
      error={Boolean(fault)}
      helperText={fault ?? helperText}
      onChange={({ target }) => onChange((target.value === "" ? null : Number(target.value)) as FieldPathValue<Values, Name>)}
    />
  );
}
