import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useForm } from "react-hook-form";
import { Link, useSearchParams } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { newPassword } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { AuthLayout } from "../components/AuthLayout";
import { ResultMessage } from "../components/ResultMessage";
import { useResetPassword } from "../hooks/auth";

export function ResetPasswordPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const invited = search.has("invited");
  const form = useForm({ defaultValues: { password: "" } });
  const reset = useResetPassword();
  const error = useServerErrors(form, reset.error);

  if (!token) {
    return (
      <AuthLayout title="This link is incomplete" lead="Open the link in the email again, or request a new one.">
        <Button component={Link} to={paths.forgotPassword()} variant="contained" sx={{ mt: 3 }}>
          Request a new link
        </Button>
      </AuthLayout>
    );
  }
  if (reset.isSuccess) {
    return (
      <AuthLayout title="Your password is set">
        <ResultMessage>
          <Typography sx={{ color: "text.secondary" }}>
            {invited
              ? "Sign in with your email address and this password."
              : "All sessions have ended, on every device. Sign in with the new password."}
          </Typography>
          <Button component={Link} to={paths.signIn()} variant="contained">
            Sign in
          </Button>
        </ResultMessage>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={invited ? "Choose your password" : "Set a new password"}
      lead={invited ? "You are invited to YTEMPIRE." : "This ends all sessions on all devices."}
      links={[{ to: paths.forgotPassword(), text: "Request a new link" }]}>
      {error && <ErrorAlert error={error} />}
      <Form form={form} onSubmit={({ password }) => reset.mutate({ token, password })} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <FormPasswordField
          control={form.control}
          name="password"
          rules={newPassword}
          size="medium"
          label="New password"
          kind="new"
          autoFocus
        />
        <Button type="submit" variant="contained" size="large" loading={reset.isPending}>
          Set password
        </Button>
      </Form>
    </AuthLayout>
  );
}
