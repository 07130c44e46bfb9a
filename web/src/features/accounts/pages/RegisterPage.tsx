import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PasswordField } from "../../../ui/PasswordField";
import { AuthLayout } from "../components/AuthLayout";
import { ResendEmail } from "../components/ResendEmail";
import { ResultMessage } from "../components/ResultMessage";
import { useRegister } from "../hooks/auth";

export function RegisterPage() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const register = useRegister();

  function submit(event: FormEvent) {
    event.preventDefault();
    register.mutate({ email, password, full_name: name });
  }

  if (register.data) {
    return (
      <AuthLayout title="Check your email">
        <ResultMessage>
          <Typography>{register.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            Open the link in it to finish. It is valid once and for 24 hours. No email at {email.trim()}? Check the spam folder, or ask your
            administrator: without a mail server, emails are not sent.
          </Typography>
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
            <Button component={Link} to={paths.signIn()} variant="contained">
              Go to sign-in
            </Button>
            <ResendEmail email={email} />
          </Box>
        </ResultMessage>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title="Register"
      lead="New users are operators. Others can share their channels with you."
      links={[{ to: paths.signIn(), text: "Already registered? Sign in" }]}>
      {register.error && <ErrorAlert error={register.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <TextField
          label="Name (optional)"
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoFocus
          slotProps={{ htmlInput: { maxLength: 200 } }}
        />
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <PasswordField label="Password" kind="new" value={password} onType={setPassword} />
        <Button type="submit" variant="contained" size="large" loading={register.isPending}>
          Register
        </Button>
      </Box>
    </AuthLayout>
  );
}
