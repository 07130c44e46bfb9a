import { Controller, useForm } from "react-hook-form";
import type { CurrentUser } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { Form } from "../../../ui/form/Form";
import { FormTextField } from "../../../ui/form/FormTextField";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { SuccessMessage } from "../../../ui/SuccessMessage";
import { ZonePicker } from "../../../ui/ZonePicker";
import { useChangeMe } from "../hooks/profile";

const valuesOf = ({ full_name, time_zone }: CurrentUser) => ({ full_name, time_zone });

export function PersonForm({ me }: { me: CurrentUser }) {
  const form = useForm({ defaultValues: valuesOf(me) });
  const change = useChangeMe();
  const error = useServerErrors(form, change.error);
  const { isDirty } = form.formState;
  return (
    <Form
      form={form}
      label="Personal details"
      onSubmit={(given) => change.mutate(given, { onSuccess: (person) => form.reset(valuesOf(person)) })}
      sx={{ display: "grid", gap: 2, maxWidth: 480 }}>
      <FormTextField
        control={form.control}
        name="full_name"
        label="Name"
        autoComplete="name"
        slotProps={{ htmlInput: { maxLength: 200 } }}
      />
      <Controller
        control={form.control}
        name="time_zone"
        render={({ field, fieldState }) => (
          <ZonePicker value={field.value} onChange={field.onChange} inputRef={field.ref} fault={fieldState.error?.message} />
        )}
      />
      {error && <ErrorAlert error={error} />}
      <SuccessMessage
        saved={change.isSuccess && !isDirty}
        action={
          <ExplainedButton type="submit" variant="contained" why={isDirty ? null : "Nothing has changed."} loading={change.isPending}>
            Save
          </ExplainedButton>
        }
      />
    </Form>
  );
}
