import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { CopyButton } from "../../../ui/CopyButton";
import { MonoBlock } from "../../../ui/Mono";
import { Entrance } from "../components/Entrance";

const COMMAND = "ytempire status --link";

/** Where a printed link leads that lets nobody in. */
export function LinkRefusedPage() {
  const [search] = useSearchParams();
  const links = [{ to: paths.signIn(), text: "Sign in with your address" }];
  if (search.get("because") === "account_suspended") {
    return <Entrance title="This account is suspended" lead="The link was good, but an administrator has closed the account. Ask one of them." links={links} />;
  }
  if (search.get("because") === "foreign_origin") {
    return <Entrance title="Another site led to this link" lead="It may be the link of somebody else's account. If it is yours, copy it into the address bar: it was not used up." links={links} />;
  }
  return (
    <Entrance title="This link works no more" lead="A printed link opens the page once, and not for long. This one was used already or is too old." links={links}>
      <Typography sx={{ mt: 3, mb: 1 }}>For a new one, run this on the machine where YTEMPIRE runs, and open the link that it prints:</Typography>
      <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
        <MonoBlock sx={{ flex: 1 }}>{COMMAND}</MonoBlock>
        <CopyButton text={COMMAND} />
      </Box>
      <Typography sx={{ color: "text.secondary", mt: 3, mb: 1 }}>Came in by it before, in this browser?</Typography>
      <Button component={Link} to={paths.runs()} variant="outlined">Go to the runs</Button>
    </Entrance>
  );
}
