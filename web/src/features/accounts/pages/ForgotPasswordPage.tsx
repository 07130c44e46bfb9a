import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { AuthLayout } from "../components/AuthLayout";
import { ResultMessage } from "../components/ResultMessage";
import { useForgotPassword } from "../hooks/auth";

export function ForgotPasswordPage() {
  const [email, setEmail] = useState("");
  const forgot = useForgotPassword();

  function submit(event: FormEvent) {
    event.preventDefault();
    forgot.mutate(email);
  }

  if (forgot.data) {
    return (
      <AuthLayout title="Check your email">
        <ResultMessage>
          <Typography>{forgot.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            The link is valid once and for 30 minutes. Until you use it, your password does not change. No email? Ask your administrator:
            without a mail server, emails are not sent.
          </Typography>
          <Button component={Link} to={paths.signIn()} variant="contained">
            Go to sign-in
          </Button>
        </ResultMessage>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title="Forgot password?"
      lead="We email you a link to set a new password."
      links={[{ to: paths.signIn(), text: "Back to sign-in" }]}>
      {forgot.error && <ErrorAlert error={forgot.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoFocus
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <Button type="submit" variant="contained" size="large" loading={forgot.isPending}>
          Send link
        </Button>
      </Box>
    </AuthLayout>
  );
}
