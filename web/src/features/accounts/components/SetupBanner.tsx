import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { usePreferences } from "../../../stores/preferences";

/** For whoever came in by the printed link; put away, it stays away in this browser, and the profile goes on offering it. */
export function SetupBanner() {
  const { setUpLater, putSetUpAway } = usePreferences();
  if (setUpLater) return null;
  return (
    <Box
      component="section"
      aria-label="First steps"
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 2,
        px: 2,
        py: 1,
        mb: 3,
        border: 1,
        borderColor: "line",
        borderLeft: 3,
        borderLeftColor: "primary.main",
        borderRadius: 1,
        bgcolor: "background.paper",
      }}>
      <Box sx={{ flex: "1 1 260px" }}>
        <Box component="span" sx={{ fontWeight: 600 }}>
          Welcome.
        </Box>{" "}
        You signed in with the printed link. Set an email address and a password to sign in from any browser.
      </Box>
      <Button component={Link} to={paths.setUp()} variant="outlined" size="small">
        Set up sign-in
      </Button>
      <Button size="small" color="inherit" sx={{ color: "text.secondary" }} onClick={putSetUpAway}>
        Dismiss
      </Button>
    </Box>
  );
}
