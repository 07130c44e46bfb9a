import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../../api/client";
import { paths } from "../../../app/paths";
import { nextPlace } from "../../../lib/next";
import { followOtherTabs, useSession } from "../../../stores/session";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress, required } from "../../../ui/form/rules";
import { AuthLayout } from "../components/AuthLayout";
import { ResendEmail } from "../components/ResendEmail";
import { useSignIn } from "../hooks/auth";

// the API gives a wrong code the words of a wrong password, so as to tell nobody which it was
const CODE_MESSAGES = {
  invalid_credentials: "This code is not correct. After several failed attempts, signing in is blocked for a while.",
};

export function SignInPage() {
  const form = useForm({ defaultValues: { email: "", password: "", code: "" } });
  const { control, setFocus } = form;
  const email = useWatch({ control, name: "email" });
  const [asksCode, setAsksCode] = useState(false);
  const [search] = useSearchParams();
  const signIn = useSignIn();
  const navigate = useNavigate();
  const problem = signIn.error instanceof ApiError ? signIn.error.code : null;
  const error = problem === "second_factor_required" ? null : signIn.error;

  useEffect(() => followOtherTabs(() => location.assign(nextPlace(search))), [search]);
  // a refused password or code is what one types again
  useEffect(() => {
    if (error) setFocus(asksCode ? "code" : "password", { shouldSelect: true });
  }, [error, asksCode, setFocus]);

  function submit(given: { email: string; password: string; code: string }) {
    signIn.mutate(
      { ...given, code: asksCode ? given.code : null },
      {
        onSuccess: () => void navigate(nextPlace(search), { replace: true }),
        onError: (refusal) => setAsksCode((before) => before || (refusal instanceof ApiError && refusal.code === "second_factor_required")),
      },
    );
  }

  function startOver() {
    signIn.reset();
    setAsksCode(false);
    form.reset({ ...form.getValues(), password: "", code: "" });
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
      <Form form={form} onSubmit={submit} sx={{ display: "grid", gap: 2, mt: 3 }}>
        {!asksCode && (
          <>
            <FormTextField
              control={control}
              name="email"
              rules={emailAddress()}
              size="medium"
              label="Email"
              type="email"
              autoComplete="username"
              autoFocus
              slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
            />
            <FormPasswordField
              control={control}
              name="password"
              rules={required("Enter your password.")}
              size="medium"
              label="Password"
              kind="current"
            />
          </>
        )}
        {asksCode && (
          <FormTextField
            control={control}
            name="code"
            rules={required("Enter a code.")}
            size="medium"
            label="Code"
            autoFocus
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
      </Form>
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
