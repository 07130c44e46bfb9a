import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { api, done } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { PasswordField } from "../../../ui/PasswordField";
import { ResultMessage } from "../components/ResultMessage";
import { meQuery } from "../hooks/me";

/** First run: who signed in with the printed link sets an email address and a password. */
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
        <PageHeader title="Sign-in is set up" />
        <ResultMessage>
          <Typography>
            Sign in at {location.origin} as {me.data.email} with your password. The printed link still works on this machine.
          </Typography>
          <Typography sx={{ color: "text.secondary" }}>A second factor protects the account even if the password is known.</Typography>
          <Box sx={{ display: "flex", gap: 1, mt: 1 }}>
            <Button component={Link} to={paths.runs()} variant="contained">
              Go to runs
            </Button>
            <Button component={Link} to={`${paths.profile()}#second-factor`} variant="outlined">
              Set up second factor
            </Button>
          </Box>
        </ResultMessage>
      </Box>
    );
  }
  return (
    <Box sx={{ maxWidth: 480 }}>
      <PageHeader
        title="Set up sign-in"
        below={
          <Typography sx={{ color: "text.secondary", mt: 0.5 }}>
            You signed in with the printed link. Set an email address and a password to sign in from any browser.
          </Typography>
        }
      />
      {setUp.error && <ErrorAlert error={setUp.error} />}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoFocus
          helperText="Emails about your account go here. It cannot be changed later."
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <PasswordField label="Password" kind="new" value={password} onType={setPassword} />
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" loading={setUp.isPending}>
            Set up sign-in
          </Button>
          <Button component={Link} to={paths.runs()}>
            Cancel
          </Button>
        </Box>
      </Box>
    </Box>
  );
}
