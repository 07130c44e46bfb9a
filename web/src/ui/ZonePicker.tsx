import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), here])].sort();

/** A time zone by its name; says which one this device is in where it is another. */
export function ZonePicker({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  return (
    <Autocomplete
      options={ZONES.includes(value) ? ZONES : [value, ...ZONES]}
      value={value}
      onChange={(_, next) => onChange(next)}
      disableClearable
      size="small"
      renderInput={(input) => <TextField {...input} label="Time zone" helperText={here !== value && <>This device is in {here}.</>} />}
    />
  );
}
