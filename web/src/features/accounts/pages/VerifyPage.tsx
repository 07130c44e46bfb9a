import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Entrance } from "../components/Entrance";
import { Outcome } from "../components/Outcome";
import { useVerification } from "../hooks/coming-in";

const SPENT = "This link was used already or is too old. If you have opened it before, you can sign in; the sign-in also sends a new letter where one is needed.";

/** The end of a registration. */
export function VerifyPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const found = useVerification(token);
  if (!token) {
    return (
      <Entrance title="This link is not complete" lead="Open the link in the letter once more; copy all of it if you copy it by hand.">
        <Button component={Link} to={paths.signIn()} variant="contained" sx={{ mt: 3 }}>Go to the sign-in</Button>
      </Entrance>
    );
  }
  if (found.error) {
    return (
      <Entrance title="Not verified" links={[{ to: paths.register(), text: "Register" }]}>
        <ErrorNote error={found.error} words={{ token_spent: SPENT }} />
        <Button component={Link} to={paths.signIn()} variant="contained">Go to the sign-in</Button>
      </Entrance>
    );
  }
  if (!found.data) return <Entrance title="Verifying your address …" />;
  return (
    <Entrance title="Your address is verified">
      <Outcome>
        <Typography sx={{ color: "text.secondary" }}>Your account is ready. Sign in with your address and your password.</Typography>
        <Button component={Link} to={paths.signIn()} variant="contained">Sign in</Button>
      </Outcome>
    </Entrance>
  );
}
