import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { Link } from "react-router";
import { api, done } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress, newPassword } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { PageHeader } from "../../../ui/PageHeader";
import { ResultMessage } from "../components/ResultMessage";
import { meQuery } from "../hooks/me";

/** First run: who signed in with the printed link sets an email address and a password. */
export function SetUpPage() {
  const form = useForm({ defaultValues: { email: "", password: "" } });
  const { control } = form;
  const me = useQuery(meQuery());
  const queries = useQueryClient();
  const setUp = useMutation({
    mutationFn: (body: { email: string; password: string }) => done(api.POST("/api/v1/me/sign-in", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
  const error = useServerErrors(form, setUp.error);

  if (!me.data) return null;
  if (me.data.email) {
    return (
      <Box sx={{ maxWidth: 560 }}>
        <PageHeader title="Sign-in is set up" />
        <ResultMessage>
          <Typography>
            Sign in at {location.origin} as {me.data.email} with your password. The printed link still works on this machine.
          </Typography>
          <Typography sx={{ color: "text.secondary" }}>A second factor protects the account even if the password is known.</Typography>
          <Box sx={{ display: "flex", gap: 1, mt: 1 }}>
            <Button component={Link} to={paths.runs()} variant="contained">
              Go to runs
            </Button>
            <Button component={Link} to={`${paths.profile()}#second-factor`} variant="outlined">
              Set up second factor
            </Button>
          </Box>
        </ResultMessage>
      </Box>
    );
  }
  return (
    <Box sx={{ maxWidth: 480 }}>
      <PageHeader
        title="Set up sign-in"
        below={
          <Typography sx={{ color: "text.secondary", mt: 0.5 }}>
            You signed in with the printed link. Set an email address and a password to sign in from any browser.
          </Typography>
        }
      />
      {error && <ErrorAlert error={error} />}
      <Form form={form} onSubmit={(given) => setUp.mutate(given)} sx={{ display: "grid", gap: 2 }}>
        <FormTextField
          control={control}
          name="email"
          rules={emailAddress()}
          size="medium"
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          helperText="Emails about your account go here. It cannot be changed later."
          slotProps={{ htmlInput: { required: true, maxLength: 254 } }}
        />
        <FormPasswordField control={control} name="password" rules={newPassword} size="medium" label="Password" kind="new" />
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" loading={setUp.isPending}>
            Set up sign-in
          </Button>
          <Button component={Link} to={paths.runs()}>
            Cancel
          </Button>
        </Box>
      </Form>
    </Box>
  );
}
