import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Entrance } from "../components/Entrance";
import { Outcome } from "../components/Outcome";
import { useForgotPassword } from "../hooks/coming-in";

export function ForgotPasswordPage() {
  const [email, setEmail] = useState("");
  const forgot = useForgotPassword();

  function submit(event: FormEvent) {
    event.preventDefault();
    forgot.mutate(email);
  }

  if (forgot.data) {
    return (
      <Entrance title="Look into your letters">
        <Outcome>
          <Typography>{forgot.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            The link in it works once and for 30 minutes. Until you use it, the old password stays as it is. Without a mail server, letters wait in
            the administrator's outbox.
          </Typography>
          <Button component={Link} to={paths.signIn()} variant="contained">Go to the sign-in</Button>
        </Outcome>
      </Entrance>
    );
  }
  return (
    <Entrance title="Forgot the password?" lead="We send a link to your address; with it you set a new one." links={[{ to: paths.signIn(), text: "Back to the sign-in" }]}>
      {forgot.error && <ErrorNote error={forgot.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} autoFocus slotProps={{ htmlInput: { required: true, maxLength: 254 } }} />
        <Button type="submit" variant="contained" size="large" loading={forgot.isPending}>Send the link</Button>
      </Box>
    </Entrance>
  );
}
