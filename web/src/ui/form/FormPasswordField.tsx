import type { ComponentProps } from "react";
import type { FieldPathByValue, FieldPathValue, FieldValues } from "react-hook-form";
import { PasswordField } from "../PasswordField";
import { type FieldProps, useField } from "./useField";

type Rest = Omit<ComponentProps<typeof PasswordField>, "name" | "value" | "onType" | "error" | "inputRef">;

export function FormPasswordField<Values extends FieldValues, Name extends FieldPathByValue<Values, string>>({
  control,
  name,
  rules,
  helperText,
  ...rest
}: FieldProps<Values, Name> & Rest) {
  const { value, onChange, ref, fault } = useField(control, name, rules);
  return (
    <PasswordField
      size="small"
      {...rest}
      value={value}
      onType={(text) => onChange(text as FieldPathValue<Values, Name>)}
      inputRef={ref}
      error={Boolean(fault)}
      helperText={fault ?? helperText}
    />
  );
}
