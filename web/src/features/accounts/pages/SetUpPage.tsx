import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { api, done } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { PasswordField } from "../../../ui/PasswordField";
import { Outcome } from "../components/Outcome";
import { meQuery } from "../hooks/me";

/** First run: whoever came in by the printed link chooses how to come in from elsewhere. */
export function SetUpPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const me = useQuery(meQuery());
  const queries = useQueryClient();
  const setUp = useMutation({
    mutationFn: () => done(api.POST("/api/v1/me/sign-in", { body: { email, password } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    setUp.mutate();
  }

  if (!me.data) return null;
  if (me.data.email) {
    return (
      <Box sx={{ maxWidth: 560 }}>
        <PageHeader title="Your sign-in is set" />
        <Outcome>
          <Typography>
            You are {me.data.email}. Sign in at {location.origin} with this address and your password; the link that the command prints goes on
            working at this machine.
          </Typography>
          <Typography sx={{ color: "text.secondary" }}>A second factor keeps others out even if they learn the password.</Typography>
          <Box sx={{ display: "flex", gap: 1, mt: 1 }}>
            <Button component={Link} to={paths.runs()} variant="contained">Go to the runs</Button>
            <Button component={Link} to={`${paths.profile()}#second-factor`} variant="outlined">Set a second factor</Button>
          </Box>
        </Outcome>
      </Box>
    );
  }
  return (
    <Box sx={{ maxWidth: 480 }}>
      <PageHeader title="Set up your sign-in" below={
        <Typography sx={{ color: "text.secondary", mt: 0.5 }}>
          You came in by the link that the command printed. Choose an address and a password, and you can come in from any browser.
        </Typography>} />
      {setUp.error && <ErrorNote error={setUp.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} autoFocus
          helperText="Letters about your account go here. It cannot be changed later." slotProps={{ htmlInput: { required: true, maxLength: 254 } }} />
        <PasswordField label="Password" kind="new" value={password} onType={setPassword} />
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" loading={setUp.isPending}>Set up the sign-in</Button>
          <Button component={Link} to={paths.runs()}>Not now</Button>
        </Box>
      </Box>
    </Box>
  );
}
