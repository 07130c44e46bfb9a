import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useForm } from "react-hook-form";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { AuthLayout } from "../components/AuthLayout";
import { ResultMessage } from "../components/ResultMessage";
import { useForgotPassword } from "../hooks/auth";

export function ForgotPasswordPage() {
  const form = useForm({ defaultValues: { email: "" } });
  const forgot = useForgotPassword();
  const error = useServerErrors(form, forgot.error);

  if (forgot.data) {
    return (
      <AuthLayout title="Check your email">
        <ResultMessage>
          <Typography>{forgot.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            The link is valid once and for 30 minutes. Until you use it, your password does not change. No email? Ask your administrator:
            without a mail server, emails are not sent.
          </Typography>
          <Button component={Link} to={paths.signIn()} variant="contained">
            Go to sign-in
          </Button>
        </ResultMessage>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title="Forgot password?"
      lead="We email you a link to set a new password."
      links={[{ to: paths.signIn(), text: "Back to sign-in" }]}>
      {error && <ErrorAlert error={error} />}
      <Form form={form} onSubmit={({ email }) => forgot.mutate(email)} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <FormTextField
          control={form.control}
          name="email"
          rules={emailAddress()}
          size="medium"
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <Button type="submit" variant="contained" size="large" loading={forgot.isPending}>
          Send link
        </Button>
      </Form>
    </AuthLayout>
  );
}
