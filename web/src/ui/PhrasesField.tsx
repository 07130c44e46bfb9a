import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { type ReactNode, useState } from "react";

interface Props {
  label: string;
  value: string[];
  readOnly?: boolean;
  error: boolean;
  helper: ReactNode;
  onChange: (phrases: string[]) => void;
}

/** Several words or phrases, one after the other: a comma ends one as Enter does, and pasted lists become phrases. */
export function PhrasesField({ label, value, readOnly = false, error, helper, onChange }: Props) {
  const [input, setInput] = useState("");
  const put = (phrases: string[]) => onChange([...new Set(phrases.map((one) => one.trim()))].filter(Boolean));
  function type(text: string) {
    const parts = text.split(",");
    if (parts.length > 1) put([...value, ...parts.slice(0, -1)]);
    setInput(parts.at(-1)!.trimStart());
  }
  return (
    <Autocomplete
      multiple
      freeSolo
      size="small"
      options={[] as string[]}
      value={value}
      readOnly={readOnly}
      inputValue={input}
      onInputChange={(_, text, reason) => (reason === "input" ? type(text) : setInput(""))}
      onChange={(_, next) => put(next)}
      onBlur={() => {
        if (input.trim()) put([...value, input]);
        setInput("");
      }}
      renderInput={(props) => (
        <TextField
          {...props}
          label={label}
          error={error}
          placeholder={readOnly ? undefined : "Add one, then Enter or a comma"}
          helperText={helper}
          slotProps={{ ...props.slotProps, formHelperText: { component: "div" } }}
        />
      )}
    />
  );
}
