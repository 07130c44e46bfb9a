import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { ApiError } from "../api/client";

interface Props {
  error: Error;
  onRetry?: () => void;
  /** Better words where a screen knows more than the API says; by the problem's code. */
  messages?: Record<string, string>;
}

/** What happened, what to do, and how to find it in the log where the fault is ours. */
export function ErrorAlert({ error, onRetry, messages }: Props) {
  const known = error instanceof ApiError ? error : null;
  return (
    <Alert
      severity="error"
      variant="outlined"
      sx={{ my: 2 }}
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            Retry
          </Button>
        )
      }>
      {(known && messages?.[known.code]) ?? `${error.message} ${known?.hint ?? ""}`}
      {known?.requestId && known.status >= 500 && <div style={{ opacity: 0.7, fontSize: 12 }}>Request {known.requestId}</div>}
    </Alert>
  );
}
