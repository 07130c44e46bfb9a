import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { meQuery } from "../../accounts/hooks/me";
import { personasQuery, useCreateChannel } from "../hooks/channels";
import { ChannelFields, complete, type Values } from "./ChannelFields";

export function CreateChannelDialog({ onClose }: { onClose: () => void }) {
  const me = useQuery(meQuery()).data;
  const own = useQuery(personasQuery()).data?.items.filter((one) => one.owner_id === me?.id);
  const [given, setGiven] = useState<Partial<Values>>({});
  const create = useCreateChannel();
  const navigate = useNavigate();
  const values: Values = {
    name: "",
    description: "",
    category: null,
    time_zone: me?.time_zone ?? "UTC",
    persona_id: own?.[0]?.id ?? "",
    ...given,
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(
      { ...values, strategy: { audience: "", topics: [], avoid: [] } },
      { onSuccess: (channel) => navigate(paths.channel(channel.id)) },
    );
  }

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="create-channel">
      <DialogTitle id="create-channel">Create channel</DialogTitle>
      <form onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
          <ChannelFields values={values} owner={me?.id} autoFocus onType={(part) => setGiven((now) => ({ ...now, ...part }))} />
          {create.error && <ErrorAlert error={create.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={!complete(values)} loading={create.isPending}>
            Create channel
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
