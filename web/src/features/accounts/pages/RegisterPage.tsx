import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PasswordField } from "../../../ui/PasswordField";
import { Entrance } from "../components/Entrance";
import { NewLetter } from "../components/NewLetter";
import { Outcome } from "../components/Outcome";
import { useRegister } from "../hooks/coming-in";

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
      <Entrance title="Look into your letters">
        <Outcome>
          <Typography>{register.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            Open the link in it to finish; it works once and for 24 hours. Nothing came to {email.trim()}? Look among the unwanted letters, or
            ask your administrator: without a mail server, letters wait in the outbox.
          </Typography>
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
            <Button component={Link} to={paths.signIn()} variant="contained">Go to the sign-in</Button>
            <NewLetter email={email} />
          </Box>
        </Outcome>
      </Entrance>
    );
  }
  return (
    <Entrance title="Register" lead="You begin as an operator; an administrator shares channels with you." links={[{ to: paths.signIn(), text: "I have an account: sign in" }]}>
      {register.error && <ErrorNote error={register.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <TextField label="Name (optional)" autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} autoFocus slotProps={{ htmlInput: { maxLength: 200 } }} />
        <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} slotProps={{ htmlInput: { required: true, maxLength: 254 } }} />
        <PasswordField label="Password" kind="new" value={password} onType={setPassword} />
        <Button type="submit" variant="contained" size="large" loading={register.isPending}>Register</Button>
      </Box>
    </Entrance>
  );
}
