import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { ErrorNote } from "../../../ui/ErrorNote";
import { useResendVerification } from "../hooks/coming-in";

/** The letter of a registration once more; the one before works no more. */
export function NewLetter({ email }: { email: string }) {
  const resend = useResendVerification();
  if (resend.data) return <Alert severity="success" variant="outlined">{resend.data.detail} The link in the letter before works no more.</Alert>;
  return (
    <>
      {resend.error && <ErrorNote error={resend.error} />}
      <Button variant="outlined" loading={resend.isPending} onClick={() => resend.mutate(email)}>Send a new letter</Button>
    </>
  );
}
