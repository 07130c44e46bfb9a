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
import type { ReadyVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { mayWrite, WHY_NOT } from "../../../lib/access";
import { ErrorNote } from "../../../ui/ErrorNote";
import { SandboxChip } from "../../../ui/SandboxChip";
import { usePublish } from "../hooks/calendar";
import { type Line, whenIn } from "../hooks/days";

interface Props {
  line: Line;
  ready: ReadyVideo[];
  onClose: () => void;
}

/** A free time: which finished video of its channel is published then. */
export function FillDialog({ line: { channel, at }, ready, onClose }: Props) {
  const own = ready.filter((one) => one.channel_id === channel.id);
  const [chosen, setChosen] = useState(own[0]?.video_id);
  const publish = usePublish();
  const when = `${whenIn(at, channel.time_zone)} in ${channel.time_zone}`;
  const why = hindrance();
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="fill">
      <DialogTitle id="fill" sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>{when}, free {channel.is_sandbox && <SandboxChip />}</DialogTitle>
      <DialogContent>
        <Box sx={{ color: "text.secondary", mb: 1 }}>
          {own.length ? `Which video is “${channel.name}” to publish then?` : `“${channel.name}” has no finished video without a time.`}
          {channel.fills_itself && own.length > 0 && " It plans by itself: what stays free gets the oldest one."}
        </Box>
        <RadioGroup aria-label="Video" value={chosen ?? ""} onChange={(_, value) => setChosen(value)}>
          {own.map((one) => <FormControlLabel key={one.video_id} value={one.video_id} control={<Radio size="small" />} label={one.title} />)}
        </RadioGroup>
        {!own.length && <Link to={paths.runs()}>Make one</Link>}
        {why && <Box sx={{ color: "text.secondary", fontSize: 13, mt: 1 }}>{why}</Box>}
        {publish.error && <ErrorNote error={publish.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{own.length ? "Leave it free" : "Close"}</Button>
        {own.length > 0 && (
          <Button variant="contained" disabled={!chosen || why !== null} loading={publish.isPending}
            onClick={() => chosen && publish.mutate({ video: chosen, when: { publish_at: at } }, { onSuccess: onClose })}>Publish it then</Button>
        )}
      </DialogActions>
    </Dialog>
  );

  function hindrance(): string | null {
    if (!mayWrite(channel.access)) return WHY_NOT.video;
    if (channel.status !== "active") return `The channel is ${channel.status}: activate it first.`;
    return channel.is_connected ? null : "The channel is not connected to YouTube: connect it first.";
  }
}
