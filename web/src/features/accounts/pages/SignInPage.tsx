import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../../api/client";
import { paths } from "../../../app/paths";
import { nextPlace } from "../../../lib/next";
import { followOtherTabs, useSession } from "../../../stores/session";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PasswordField } from "../../../ui/PasswordField";
import { AuthLayout } from "../components/AuthLayout";
import { ResendEmail } from "../components/ResendEmail";
import { useSignIn } from "../hooks/auth";

// the API gives a wrong code the words of a wrong password, so as to tell nobody which it was
const CODE_MESSAGES = {
  invalid_credentials: "This code is not correct. After several failed attempts, signing in is blocked for a while.",
};

export function SignInPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const [search] = useSearchParams();
  const signIn = useSignIn();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const problem = signIn.error instanceof ApiError ? signIn.error.code : null;
  const error = problem === "second_factor_required" ? null : signIn.error;

  useEffect(() => followOtherTabs(() => location.assign(nextPlace(search))), [search]);
  // a refused password or code is what one types again
  useEffect(() => {
    if (error) field.current?.select();
  }, [error]);

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate(
      { email, password, code: asksCode ? code : null },
      {
        onSuccess: () => void navigate(nextPlace(search), { replace: true }),
        onError: (refusal) => setAsksCode((before) => before || (refusal instanceof ApiError && refusal.code === "second_factor_required")),
      },
    );
  }

  function startOver() {
    signIn.reset();
    setAsksCode(false);
    setCode("");
    setPassword("");
  }

  const links = [
    { to: paths.forgotPassword(), text: "Forgot password?" },
    { to: paths.register(), text: "Register" },
  ];
  return (
    <AuthLayout
      title={asksCode ? "Enter your code" : "Sign in"}
      links={links}
      lead={asksCode ? "Enter the code from your authenticator app, or a recovery code." : undefined}>
      <Welcome hidden={asksCode || error !== null} />
      {error && <ErrorAlert error={error} messages={asksCode ? CODE_MESSAGES : undefined} />}
      {problem === "invalid_credentials" && !asksCode && (
        // the API tells nobody at the door whether an account waits for its email
        <Box sx={{ mt: 2 }}>
          <Typography variant="body2" sx={{ color: "text.secondary", mb: 1 }}>
            Registered, but not verified yet?
          </Typography>
          <ResendEmail email={email} />
        </Box>
      )}
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        {!asksCode && (
          <>
            <TextField
              label="Email"
              type="email"
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              autoFocus
              slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
            />
            <PasswordField label="Password" kind="current" value={password} onType={setPassword} inputRef={field} />
          </>
        )}
        {asksCode && (
          <TextField
            label="Code"
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoFocus
            inputRef={field}
            autoComplete="one-time-code"
            helperText="Six digits, or a recovery code"
            slotProps={{ htmlInput: { required: true, maxLength: 100, spellCheck: false, autoCapitalize: "characters" } }}
          />
        )}
        <Button type="submit" variant="contained" size="large" loading={signIn.isPending}>
          Sign in
        </Button>
        {asksCode && (
          <Button onClick={startOver} color="inherit" sx={{ color: "text.secondary" }}>
            Sign in as another user
          </Button>
        )}
      </Box>
    </AuthLayout>
  );
}

/** Why one is here, in the API's words; at this machine there is always the way by the printed link. */
function Welcome({ hidden }: { hidden: boolean }) {
  const ended = useSession((state) => state.ended);
  if (hidden || !ended) return null;
  if (!ended.why)
    return (
      <Alert severity="success" variant="outlined" sx={{ mt: 2 }}>
        You are signed out.
      </Alert>
    );
  return (
    <Alert severity="info" variant="outlined" sx={{ mt: 2 }}>
      {ended.why.message} {ended.why.hint}
    </Alert>
  );
}
