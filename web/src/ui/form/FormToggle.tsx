import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import type { ReactNode } from "react";
import type { FieldPathByValue, FieldPathValue, FieldValues } from "react-hook-form";
import { type FieldProps, useField } from "./useField";

type Props<Values extends FieldValues, Name extends FieldPathByValue<Values, boolean>> = FieldProps<Values, Name> & {
  kind: "switch" | "checkbox";
  label: (on: boolean) => ReactNode;
};

/** What is on or off. */
export function FormToggle<Values extends FieldValues, Name extends FieldPathByValue<Values, boolean>>({
  control,
  name,
  rules,
  kind,
  label,
}: Props<Values, Name>) {
  const { value, onChange, ref } = useField(control, name, rules);
  const Toggle = kind === "switch" ? Switch : Checkbox;
  return (
    <FormControlLabel
      label={label(value)}
      control={
        <Toggle
          name={name}
          checked={value}
          slotProps={{ input: { ref: ref ?? null } }}
          onChange={(_, on) => onChange(on as FieldPathValue<Values, Name>)}
        />
      }
    />
  );
}
