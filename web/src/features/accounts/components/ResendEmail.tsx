import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useResendVerification } from "../hooks/auth";

/** The email of a registration again; the link in the earlier one is no longer valid. */
export function ResendEmail({ email }: { email: string }) {
  const resend = useResendVerification();
  if (resend.data)
    return (
      <Alert severity="success" variant="outlined">
        {resend.data.detail} The link in the earlier email is no longer valid.
      </Alert>
    );
  return (
    <>
      {resend.error && <ErrorAlert error={resend.error} />}
      <Button variant="outlined" loading={resend.isPending} onClick={() => resend.mutate(email)}>
        Send a new email
      </Button>
    </>
  );
}
