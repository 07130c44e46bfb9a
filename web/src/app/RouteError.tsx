import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { paths } from "./paths";

/** A page that does not exist, or one that broke: say so, and offer the way back. */
export function RouteError() {
  const error = useRouteError();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  return (
    <Box sx={{ maxWidth: 560, mx: "auto", mt: 12, px: 3 }}>
      <Typography variant="h1">{missing ? "Page not found" : "Something went wrong"}</Typography>
      <Typography sx={{ color: "text.secondary", mt: 1, mb: 3 }}>
        {missing ? "The address may be old or mistyped." : `Nothing was lost. ${error instanceof Error ? error.message : ""}`}
      </Typography>
      <Button component={Link} to={paths.runs()} variant="contained" reloadDocument>
        Go to runs
      </Button>
    </Box>
  );
}
