import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { CopyButton } from "../../../ui/CopyButton";
import { MonospaceBlock } from "../../../ui/Monospace";
import { AuthLayout } from "../components/AuthLayout";

const COMMAND = "ytempire status --link";

/** Shown instead of the page when a printed link is refused. */
export function LinkRefusedPage() {
  const [search] = useSearchParams();
  const links = [{ to: paths.signIn(), text: "Sign in with email" }];
  if (search.get("because") === "account_suspended") {
    return (
      <AuthLayout
        title="This account is suspended"
        lead="The link is valid, but an administrator has suspended the account. Ask an administrator."
        links={links}
      />
    );
  }
  if (search.get("because") === "cross_origin_refused") {
    return (
      <AuthLayout
        title="Link opened from another site"
        lead="It may belong to another account. If it is yours, paste it into the address bar: it has not been used yet."
        links={links}
      />
    );
  }
  return (
    <AuthLayout
      title="This link has expired"
      lead="A printed link is valid once and for a short time. This one was already used or is too old."
      links={links}>
      <Typography sx={{ mt: 3, mb: 1 }}>
        To get a new one, run this on the machine that runs YTEMPIRE, and open the printed link:
      </Typography>
      <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
        <MonospaceBlock sx={{ flex: 1 }}>{COMMAND}</MonospaceBlock>
        <CopyButton text={COMMAND} />
      </Box>
      <Typography sx={{ color: "text.secondary", mt: 3, mb: 1 }}>Already signed in in this browser?</Typography>
      <Button component={Link} to={paths.runs()} variant="outlined">
        Go to runs
      </Button>
    </AuthLayout>
  );
}
