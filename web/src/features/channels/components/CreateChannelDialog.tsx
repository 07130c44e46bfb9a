import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import { useQuery } from "@tanstack/react-query";
import { type Control, useForm } from "react-hook-form";
import { useNavigate } from "react-router";
import { paths } from "../../../app/paths";
import { characters } from "../../../lib/characters";
import { DialogForm } from "../../../ui/form/DialogForm";
import { required } from "../../../ui/form/rules";
import { useField } from "../../../ui/form/useField";
import { meQuery } from "../../accounts/hooks/me";
import { personasQuery, useCreateChannel } from "../hooks/channels";
import { ChannelFields, type Fields, MAX_DESCRIPTION_LENGTH, type Values } from "./ChannelFields";

export function CreateChannelDialog({ onClose }: { onClose: () => void }) {
  const me = useQuery(meQuery()).data;
  const personas = useQuery(personasQuery());
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="create-channel">
      <DialogTitle id="create-channel">Create channel</DialogTitle>
      {me && !personas.isPending && (
        <ChannelForm
          owner={me.id}
          initial={{
            name: "",
            description: "",
            category: null,
            time_zone: me.time_zone,
            persona_id: personas.data?.items.find((one) => one.owner_id === me.id)?.id ?? "",
          }}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function ChannelForm({ owner, initial, onClose }: { owner: string; initial: Values; onClose: () => void }) {
  const form = useForm<Values>({ defaultValues: initial });
  const create = useCreateChannel();
  const navigate = useNavigate();
  return (
    <DialogForm
      form={form}
      onSubmit={(given) =>
        create.mutate(
          { ...given, strategy: { audience: "", topics: [], avoid: [] } },
          { onSuccess: (channel) => navigate(paths.channel(channel.id)) },
        )
      }
      submit="Create channel"
      mutation={create}
      onClose={onClose}>
      <ChannelFields fields={useChannelFields(form.control)} owner={owner} autoFocus />
    </DialogForm>
  );
}

const short = (text: string) =>
  characters(text).length <= MAX_DESCRIPTION_LENGTH || `${characters(text).length - MAX_DESCRIPTION_LENGTH} characters too many`;

const useChannelFields = (control: Control<Values>): Fields => ({
  name: useField(control, "name", required("Enter a name.")),
  description: useField(control, "description", { validate: short }),
  category: useField(control, "category"),
  time_zone: useField(control, "time_zone"),
  persona_id: useField(control, "persona_id", required("Choose a persona, or create one.")),
});
