import Button from "@mui/material/Button";
import { Controller, useForm } from "react-hook-form";
import type { Channel } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Form } from "../../../ui/form/Form";
import { FormTextField } from "../../../ui/form/FormTextField";
import { emailAddress } from "../../../ui/form/rules";
import { useServerErrors } from "../../../ui/form/serverErrors";
import { Section } from "../../../ui/Section";
import { type Level, LevelSelect, PermissionTable } from "../../accounts/components/PermissionTable";
import { useShare } from "../../accounts/hooks/administration";

/** For those who can share it: the channel's owner and its admins. */
export function SharingSection({ channel }: { channel: Channel }) {
  return (
    <Section title="Permissions" about="Users with access to this channel, in addition to its owner. Channel admins can share it too.">
      <PermissionTable channel={channel.id} name={channel.name} form={() => <ShareForm channel={channel.id} />} />
    </Section>
  );
}

function ShareForm({ channel }: { channel: string }) {
  const form = useForm<{ email: string; level: Level }>({ defaultValues: { email: "", level: "read" } });
  const share = useShare(channel);
  const error = useServerErrors(form, share.error);
  return (
    <>
      <Form
        form={form}
        label="Share channel"
        onSubmit={({ email, level }) => share.mutate({ email: email.trim(), level }, { onSuccess: () => form.reset({ email: "", level }) })}
        sx={{ display: "flex", flexWrap: "wrap", gap: 2, mt: 3, alignItems: "flex-start" }}>
        <FormTextField
          control={form.control}
          name="email"
          rules={emailAddress()}
          label="Email"
          type="email"
          sx={{ width: 280 }}
          slotProps={{ htmlInput: { required: true } }}
          helperText="The user must have an account here."
        />
        <Controller
          control={form.control}
          name="level"
          render={({ field }) => <LevelSelect value={field.value} label="Permission" onChange={field.onChange} labelled />}
        />
        <Button type="submit" variant="contained" loading={share.isPending} sx={{ height: 38 }}>
          Share
        </Button>
      </Form>
      {error && <ErrorAlert error={error} />}
    </>
  );
}
