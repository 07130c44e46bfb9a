import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, useState } from "react";
import type { User } from "../../../api/client";
import { personName } from "../../../lib/person";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SegmentsField } from "../../../ui/SegmentsField";
import { useChangeUser } from "../hooks/administration";

export function SegmentsDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [segments, setSegments] = useState(user.segments);
  const change = useChangeUser();

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ id: user.id, change: { segments } }, { onSuccess: onClose });
  }

  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="segments">
      <DialogTitle id="segments">Segments of {personName(user)}</DialogTitle>
      <form onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
          <SegmentsField
            value={segments}
            onChange={setSegments}
            autoFocus
            helperText="A feature flag for one of these segments applies to this user."
          />
          {change.error && <ErrorAlert error={change.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={change.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
