import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import { useState } from "react";
import { Link } from "react-router";
import type { BacklogVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { usePublish } from "../hooks/calendar";
import { type Line, whenIn } from "../hooks/days";

interface Props {
  line: Line;
  ready: BacklogVideo[];
  onClose: () => void;
}

/** A free slot: which finished video of its channel is published then. */
export function FillSlotDialog({ line: { channel, at }, ready, onClose }: Props) {
  const own = ready.filter((one) => one.channel_id === channel.id);
  const [chosen, setChosen] = useState(own[0]?.video_id);
  const publish = usePublish();
  const when = `${whenIn(at, channel.time_zone)} in ${channel.time_zone}`;
  const why = reasonOf(allowanceTo.publishOn(channel));
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="fill">
      <DialogTitle id="fill" sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
        {when}, free {channel.is_sandbox && <SandboxBadge />}
      </DialogTitle>
      <DialogContent>
        <Box sx={{ color: "text.secondary", mb: 1 }}>
          {own.length ? `Choose a video of “${channel.name}” to publish at this time.` : `The backlog of “${channel.name}” is empty.`}
          {channel.is_auto_scheduled && own.length > 0 && " Free slots are filled automatically, with the oldest video first."}
        </Box>
        <RadioGroup aria-label="Video" value={chosen ?? ""} onChange={(_, value) => setChosen(value)}>
          {own.map((one) => (
            <FormControlLabel key={one.video_id} value={one.video_id} control={<Radio size="small" />} label={one.title} />
          ))}
        </RadioGroup>
        {!own.length && <Link to={paths.runs()}>Create one</Link>}
        {why && (
          <Box id="fill-why" sx={{ color: "text.secondary", fontSize: 13, mt: 1 }}>
            {why}
          </Box>
        )}
        {publish.error && <ErrorAlert error={publish.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{own.length ? "Cancel" : "Close"}</Button>
        {own.length > 0 && (
          <ExplainedButton
            variant="contained"
            why={why ?? (chosen ? null : "Choose a video first.")}
            saidBy={why === null ? undefined : "fill-why"}
            loading={publish.isPending}
            onClick={() => chosen && publish.mutate({ video: chosen, when: { publish_at: at } }, { onSuccess: onClose })}>
            Publish at this time
          </ExplainedButton>
        )}
      </DialogActions>
    </Dialog>
  );
}
