import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import type { Ref } from "react";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), here])].sort();

interface Props {
  value: string;
  onChange: (zone: string) => void;
  /** What is wrong with it. */
  fault?: string | undefined;
  inputRef?: Ref<HTMLInputElement> | undefined;
}

/** A time zone by its name; says which one this device is in where it is another. */
export function ZonePicker({ value, onChange, fault, inputRef }: Props) {
  return (
    <Autocomplete
      options={ZONES.includes(value) ? ZONES : [value, ...ZONES]}
      value={value}
      onChange={(_, next) => onChange(next)}
      disableClearable
      size="small"
      renderInput={(input) => (
        <TextField
          {...input}
          label="Time zone"
          inputRef={inputRef}
          error={Boolean(fault)}
          helperText={fault ?? (here !== value && <>This device is in {here}.</>)}
        />
      )}
    />
  );
}
