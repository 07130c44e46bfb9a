import Button from "@mui/material/Button";
import InputAdornment from "@mui/material/InputAdornment";
import TextField, { type TextFieldProps } from "@mui/material/TextField";
import { useState } from "react";

export const PASSWORD_ADVICE = "At least 12 characters. Four or five unrelated words work well.";

type Props = Omit<TextFieldProps, "type" | "onChange" | "value"> & {
  value: string;
  onType: (value: string) => void;
  /** `new` lets a password manager offer one. */
  kind: "current" | "new";
};

/** A password, hidden unless one asks to see it. */
export function PasswordField({ kind, onType, helperText, ...rest }: Props) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...rest}
      type={shown ? "text" : "password"}
      fullWidth
      autoComplete={`${kind}-password`}
      onChange={(event) => onType(event.target.value)}
      helperText={helperText ?? (kind === "new" ? PASSWORD_ADVICE : undefined)}
      slotProps={{
        htmlInput: { required: true, maxLength: 1000, spellCheck: false, autoCapitalize: "off" },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <Button
                size="small"
                color="inherit"
                onClick={() => setShown(!shown)}
                aria-pressed={shown}
                aria-label={shown ? "Hide password" : "Show password"}
                sx={{ color: "text.secondary", minWidth: 0 }}>
                {shown ? "Hide" : "Show"}
              </Button>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
