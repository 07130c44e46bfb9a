import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { paths } from "../../../app/paths";
import { ErrorNote } from "../../../ui/ErrorNote";
import { meQuery } from "../../accounts/hooks/me";
import { personasQuery, useAddChannel } from "../hooks/channels";
import { ChannelFields, complete, type Values } from "./ChannelFields";

export function AddChannelDialog({ onClose }: { onClose: () => void }) {
  const me = useQuery(meQuery()).data;
  const own = useQuery(personasQuery()).data?.items.filter((one) => one.owner_id === me?.id);
  const [given, setGiven] = useState<Partial<Values>>({});
  const add = useAddChannel();
  const navigate = useNavigate();
  const values: Values = { name: "", description: "", category: null, time_zone: me?.time_zone ?? "UTC", persona_id: own?.[0]?.id ?? "", ...given };

  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate({ ...values, strategy: { audience: "", topics: [], avoid: [] } }, { onSuccess: (channel) => navigate(paths.channel(channel.id)) });
  }

  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="add-channel">
      <DialogTitle id="add-channel">Add a channel</DialogTitle>
      <form onSubmit={submit}>
        <DialogContent sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, pt: "8px !important" }}>
          <ChannelFields values={values} owner={me?.id} autoFocus onType={(part) => setGiven((now) => ({ ...now, ...part }))} />
          {add.error && <ErrorNote error={add.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" variant="contained" disabled={!complete(values)} loading={add.isPending}>Add the channel</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
