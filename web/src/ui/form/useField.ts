import { type Ref } from "react";
import {
  type Control,
  type FieldPath,
  type FieldPathValue,
  type FieldValues,
  type UseControllerProps,
  useController,
} from "react-hook-form";

/** What a field needs: its value, and what is wrong with it where something is. */
export interface BoundField<Value> {
  value: Value;
  onChange: (value: Value) => void;
  fault?: string | undefined;
  /** Of what takes the focus when the form was sent and this is the first field that is wrong. */
  ref?: Ref<HTMLInputElement>;
}

export type Rules<Values extends FieldValues, Name extends FieldPath<Values>> = UseControllerProps<Values, Name>["rules"];

export interface FieldProps<Values extends FieldValues, Name extends FieldPath<Values>> {
  control: Control<Values>;
  name: Name;
  rules?: Rules<Values, Name>;
}

/** A field of a form. */
export function useField<Values extends FieldValues, Name extends FieldPath<Values>>(
  control: Control<Values>,
  name: Name,
  rules?: Rules<Values, Name>,
): BoundField<FieldPathValue<Values, Name>> {
  const { field, fieldState } = useController<Values, Name>({ control, name, ...(rules && { rules }) });
  return { value: field.value, onChange: field.onChange, ref: field.ref, fault: fieldState.error?.message };
}
