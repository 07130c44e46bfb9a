import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { AuthLayout } from "../components/AuthLayout";
import { ResultMessage } from "../components/ResultMessage";
import { useVerification } from "../hooks/auth";

const SPENT = "This link was already used or is too old. If you opened it before, sign in. If not, the sign-in page can send a new email.";

/** The end of a registration. */
export function VerifyPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const found = useVerification(token);
  if (!token) {
    return (
      <AuthLayout title="This link is incomplete" lead="Open the link in the email again. If you copy it, copy all of it.">
        <Button component={Link} to={paths.signIn()} variant="contained" sx={{ mt: 3 }}>
          Go to sign-in
        </Button>
      </AuthLayout>
    );
  }
  if (found.error) {
    return (
      <AuthLayout title="Email address not verified" links={[{ to: paths.register(), text: "Register" }]}>
        <ErrorAlert error={found.error} messages={{ one_time_token_invalid: SPENT }} />
        <Button component={Link} to={paths.signIn()} variant="contained">
          Go to sign-in
        </Button>
      </AuthLayout>
    );
  }
  if (!found.data) return <AuthLayout title="Verifying your email address …" />;
  return (
    <AuthLayout title="Your email address is verified">
      <ResultMessage>
        <Typography sx={{ color: "text.secondary" }}>Your account is ready. Sign in with your email address and password.</Typography>
        <Button component={Link} to={paths.signIn()} variant="contained">
          Sign in
        </Button>
      </ResultMessage>
    </AuthLayout>
  );
}
