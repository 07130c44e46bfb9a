import Button from "@mui/material/Button";
import { useForm } from "react-hook-form";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { newPassword, required } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { useChangePassword } from "../hooks/profile";

export function PasswordForm({ email }: { email: string }) {
  const form = useForm({ defaultValues: { current: "", new: "" } });
  const { control } = form;
  const change = useChangePassword();
  const error = useServerErrors(form, change.error);
  return (
    <Form
      form={form}
      label="Password"
      onSubmit={(given) => change.mutate(given, { onSuccess: () => form.reset() })}
      sx={{ display: "grid", gap: 2, maxWidth: 480 }}>
      {/* tells a password manager whose password this is */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <FormPasswordField
        control={control}
        name="current"
        rules={required("Enter your current password.")}
        label="Current password"
        kind="current"
      />
      <FormPasswordField control={control} name="new" rules={newPassword} label="New password" kind="new" />
      {error && <ErrorAlert error={error} />}
      <SuccessMessage
        saved={change.isSuccess && !form.formState.isDirty}
        text="Password changed. All other sessions have ended."
        action={
          <Button type="submit" variant="contained" loading={change.isPending}>
            Change password
          </Button>
        }
      />
    </Form>
  );
}
