import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { ApiError } from "../api/client";

/** What happened, what to do, and how to find it in the log. */
export function ErrorNote({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const known = error instanceof ApiError ? error : null;
  return (
    <Alert severity="error" variant="outlined" sx={{ my: 2 }}
      action={onRetry && <Button color="inherit" size="small" onClick={onRetry}>Try again</Button>}>
      {error.message} {known?.hint}
      {known?.requestId && <div style={{ opacity: 0.7, fontSize: 12 }}>Request {known.requestId}</div>}
    </Alert>
  );
}
