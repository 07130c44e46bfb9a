import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { Controller, useForm } from "react-hook-form";
import type { User } from "../../../api/client";
import { personName } from "../../../lib/person";
import { DialogForm } from "../../../ui/form/DialogForm";
import { SegmentsField } from "../../../ui/SegmentsField";
import { useChangeUser } from "../hooks/administration";

export function SegmentsDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const form = useForm({ defaultValues: { segments: user.segments } });
  const change = useChangeUser();
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="segments">
      <DialogTitle id="segments">Segments of {personName(user)}</DialogTitle>
      <DialogForm
        form={form}
        onSubmit={(given) => change.mutate({ id: user.id, change: given }, { onSuccess: onClose })}
        submit="Save"
        mutation={change}
        onClose={onClose}>
        <Controller
          control={form.control}
          name="segments"
          render={({ field, fieldState }) => (
            <SegmentsField
              value={field.value}
              onChange={field.onChange}
              inputRef={field.ref}
              fault={fieldState.error?.message}
              autoFocus
              helperText="A feature flag for one of these segments applies to this user."
            />
          )}
        />
      </DialogForm>
    </Dialog>
  );
}
