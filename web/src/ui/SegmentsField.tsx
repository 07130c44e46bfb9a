import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { type Ref, useState } from "react";

interface Props {
  value: string[];
  onChange: (segments: string[]) => void;
  helperText: string;
  /** What is wrong with them. */
  fault?: string | undefined;
  inputRef?: Ref<HTMLInputElement>;
  autoFocus?: boolean;
}

/** Groups of people for feature flags, by their free names. */
export function SegmentsField({ value, onChange, helperText, fault, inputRef, autoFocus }: Props) {
  const [typed, setTyped] = useState("");
  // one that was typed and not entered is meant as well
  function take() {
    const word = typed.trim();
    if (word && !value.includes(word)) onChange([...value, word]);
    setTyped("");
  }
  return (
    <Autocomplete
      multiple
      freeSolo
      options={[] as string[]}
      size="small"
      value={value}
      inputValue={typed}
      onInputChange={(_, text) => setTyped(text)}
      onBlur={take}
      onChange={(_, next) => onChange([...new Set(next.map((one) => one.trim()).filter(Boolean))])}
      renderInput={(props) => (
        <TextField
          {...props}
          label="Segments"
          placeholder={value.length ? undefined : "For example beta_tester, then Enter"}
          autoFocus={autoFocus}
          inputRef={inputRef}
          error={Boolean(fault)}
          helperText={fault ?? helperText}
        />
      )}
    />
  );
}
