import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PasswordField } from "../../../ui/PasswordField";
import { Entrance } from "../components/Entrance";
import { Outcome } from "../components/Outcome";
import { useResetPassword } from "../hooks/coming-in";

export function ResetPasswordPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const invited = search.has("invited");
  const [password, setPassword] = useState("");
  const reset = useResetPassword();

  function submit(event: FormEvent) {
    event.preventDefault();
    reset.mutate({ token, password });
  }

  if (!token) {
    return (
      <Entrance title="This link is not complete" lead="Open the link in the letter once more, or ask for a new one.">
        <Button component={Link} to={paths.forgotPassword()} variant="contained" sx={{ mt: 3 }}>Ask for a new link</Button>
      </Entrance>
    );
  }
  if (reset.isSuccess) {
    return (
      <Entrance title="Your password is set">
        <Outcome>
          <Typography sx={{ color: "text.secondary" }}>{invited ? "Sign in with your e-mail address and this password." : "All sessions have ended, on every device. Sign in with the new password."}</Typography>
          <Button component={Link} to={paths.signIn()} variant="contained">Sign in</Button>
        </Outcome>
      </Entrance>
    );
  }
  return (
    <Entrance title={invited ? "Choose your password" : "Set a new password"} lead={invited ? "You are invited to YTEMPIRE." : "All sessions end, so that whoever knew the old one is out."} links={[{ to: paths.forgotPassword(), text: "Ask for a new link" }]}>
      {reset.error && <ErrorNote error={reset.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <PasswordField label="New password" kind="new" value={password} onType={setPassword} autoFocus />
        <Button type="submit" variant="contained" size="large" loading={reset.isPending}>Set the password</Button>
      </Box>
    </Entrance>
  );
}
