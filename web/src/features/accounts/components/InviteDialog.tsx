import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Link from "@mui/material/Link";
import MenuItem from "@mui/material/MenuItem";
import { useForm } from "react-hook-form";
import { Link as RouterLink } from "react-router";
import type { Invitation } from "../../../api/client";
import { paths } from "../../../app/paths";
import { DialogForm } from "../../../ui/form/DialogForm";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress } from "../../../ui/form/rules";
import { useInvite } from "../hooks/administration";
import { ROLE } from "../hooks/me";

const ROLES: Invitation["role"][] = ["operator", "analyst", "admin"];

/** Makes an account for somebody; the link to choose a password goes to their address. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const form = useForm<Invitation>({ defaultValues: { email: "", full_name: "", role: "operator" } });
  const { control } = form;
  const invite = useInvite();

  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="invite">
      <DialogTitle id="invite">{invite.isSuccess ? "Invitation sent" : "Invite user"}</DialogTitle>
      {invite.isSuccess ? (
        <>
          <DialogContent>
            An email to {invite.data.email} contains a link that is valid for seven days. Without a mail server, read it under{" "}
            <Link component={RouterLink} to={paths.administration("emails")}>
              Emails
            </Link>
            .
          </DialogContent>
          <DialogActions>
            <Button variant="contained" onClick={onClose}>
              Close
            </Button>
          </DialogActions>
        </>
      ) : (
        <DialogForm form={form} onSubmit={(given) => invite.mutate(given)} submit="Send invitation" mutation={invite} onClose={onClose}>
          <FormTextField control={control} name="email" rules={emailAddress()} autoFocus required type="email" label="Email address" />
          <FormTextField control={control} name="full_name" label="Name" slotProps={{ htmlInput: { maxLength: 200 } }} />
          <FormTextField control={control} name="role" select label="Role">
            {ROLES.map((role) => (
              <MenuItem key={role} value={role}>
                {ROLE[role]}
              </MenuItem>
            ))}
          </FormTextField>
        </DialogForm>
      )}
    </Dialog>
  );
}
