import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useForm } from "react-hook-form";
import { Link } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress, newPassword } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { AuthLayout } from "../components/AuthLayout";
import { ResendEmail } from "../components/ResendEmail";
import { ResultMessage } from "../components/ResultMessage";
import { useRegister } from "../hooks/auth";

export function RegisterPage() {
  const form = useForm({ defaultValues: { full_name: "", email: "", password: "" } });
  const { control } = form;
  const register = useRegister();
  const error = useServerErrors(form, register.error);

  if (register.data) {
    const { email } = form.getValues();
    return (
      <AuthLayout title="Check your email">
        <ResultMessage>
          <Typography>{register.data.detail}</Typography>
          <Typography sx={{ color: "text.secondary" }}>
            Open the link in it to finish. It is valid once and for 24 hours. No email at {email.trim()}? Check the spam folder, or ask your
            administrator: without a mail server, emails are not sent.
          </Typography>
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
            <Button component={Link} to={paths.signIn()} variant="contained">
              Go to sign-in
            </Button>
            <ResendEmail email={email} />
          </Box>
        </ResultMessage>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title="Register"
      lead="New users are operators. Others can share their channels with you."
      links={[{ to: paths.signIn(), text: "Already registered? Sign in" }]}>
      {error && <ErrorAlert error={error} />}
      <Form form={form} onSubmit={(given) => register.mutate(given)} sx={{ display: "grid", gap: 2, mt: 3 }}>
        <FormTextField
          control={control}
          name="full_name"
          size="medium"
          label="Name (optional)"
          autoComplete="name"
          autoFocus
          slotProps={{ htmlInput: { maxLength: 200 } }}
        />
        <FormTextField
          control={control}
          name="email"
          rules={emailAddress()}
          size="medium"
          label="Email"
          type="email"
          autoComplete="username"
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <FormPasswordField control={control} name="password" rules={newPassword} size="medium" label="Password" kind="new" />
        <Button type="submit" variant="contained" size="large" loading={register.isPending}>
          Register
        </Button>
      </Form>
    </AuthLayout>
  );
}
