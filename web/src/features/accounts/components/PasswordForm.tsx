import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type FormEvent, useState } from "react";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PasswordField } from "../../../ui/PasswordField";
import { useChangePassword } from "../hooks/profile";

export function PasswordForm({ email }: { email: string }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useChangePassword();

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(
      { current, new: next },
      {
        onSuccess: () => {
          setCurrent("");
          setNext("");
        },
      },
    );
  }

  return (
    <Box component="form" aria-label="Password" onSubmit={submit} sx={{ display: "grid", gap: 2, maxWidth: 480 }}>
      {/* tells a password manager whose password this is */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField label="Current password" kind="current" value={current} onType={setCurrent} size="small" />
      <PasswordField label="New password" kind="new" value={next} onType={setNext} size="small" />
      {change.error && <ErrorAlert error={change.error} />}
      <SuccessMessage
        saved={change.isSuccess && !next}
        text="Password changed. All other sessions have ended."
        action={
          <Button type="submit" variant="contained" disabled={!current || !next} loading={change.isPending}>
            Change password
          </Button>
        }
      />
    </Box>
  );
}
