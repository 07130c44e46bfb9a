import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Link from "@mui/material/Link";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { Link as RouterLink } from "react-router";
import type { Invitation } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { useInvite } from "../hooks/administration";
import { ROLE } from "../hooks/me";

const ROLES: Invitation["role"][] = ["operator", "analyst", "admin"];

/** Makes an account for somebody; the link to choose a password goes to their address. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [given, setGiven] = useState<Invitation>({ email: "", full_name: "", role: "operator" });
  const invite = useInvite();
  const set = (part: Partial<Invitation>) => setGiven((now) => ({ ...now, ...part }));

  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate(given);
  }

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
        <form onSubmit={submit}>
          <DialogContent sx={{ display: "grid", gap: 2, pt: "8px !important" }}>
            <TextField
              autoFocus
              required
              type="email"
              size="small"
              label="Email address"
              value={given.email}
              onChange={(event) => set({ email: event.target.value })}
            />
            <TextField
              size="small"
              label="Name"
              value={given.full_name}
              onChange={(event) => set({ full_name: event.target.value })}
              slotProps={{ htmlInput: { maxLength: 200 } }}
            />
            <TextField
              select
              size="small"
              label="Role"
              value={given.role}
              onChange={(event) => set({ role: event.target.value as Invitation["role"] })}>
              {ROLES.map((role) => (
                <MenuItem key={role} value={role}>
                  {ROLE[role]}
                </MenuItem>
              ))}
            </TextField>
            {invite.error && <ErrorAlert error={invite.error} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="contained" loading={invite.isPending}>
              Send invitation
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
