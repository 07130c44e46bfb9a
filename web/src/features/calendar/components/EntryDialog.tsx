import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import type { CalendarEntry } from "../../../api/client";
import { paths } from "../../../app/paths";
import { mayWrite, WHY_NOT } from "../../../lib/access";
import { standingOf } from "../../../lib/publication";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Facts } from "../../../ui/Facts";
import { SandboxChip } from "../../../ui/SandboxChip";
import { State } from "../../../ui/State";
import { usePublish, useTakeBack } from "../hooks/calendar";
import { length, type Line, whenIn } from "../hooks/days";
import { MoveForm } from "./MoveForm";

/** One that is on the calendar: how it stands, and what can still be changed. */
export function EntryDialog({ line, free, onClose }: { line: Line; free: string[]; onClose: () => void }) {
  const { channel } = line;
  const entry = line.entry!;
  const [publish, takeBack] = [usePublish(), useTakeBack(entry.video_id)];
  const may = mayWrite(channel.access);
  const error = publish.error ?? takeBack.error;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="entry">
      <DialogTitle id="entry" sx={{ overflowWrap: "anywhere" }}>{entry.title}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Facts facts={factsOf(line, entry)} />
        {entry.last_error && <Box sx={{ fontSize: 13 }}>{entry.last_error.message} <Box component="span" sx={{ color: "text.secondary" }}>{entry.last_error.hint}</Box></Box>}
        {may && (entry.can_move || entry.is_scheduled) && <MoveForm entry={entry} channel={channel} free={free} onDone={onClose} />}
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{may ? whyFixed(entry) : WHY_NOT.video}</Box>
        {error && <ErrorNote error={error} />}
      </DialogContent>
      <DialogActions>
        <Link component={RouterLink} to={paths.video(entry.video_id)} sx={{ mr: "auto", ml: 1, fontSize: 13 }}>To the video</Link>
        {entry.can_move && may && <Button color="error" loading={takeBack.isPending} onClick={() => takeBack.mutate(undefined, { onSuccess: onClose })}>Take it back</Button>}
        {!entry.publication_id && may && <Button variant="contained" loading={publish.isPending} onClick={() => publish.mutate({ video: entry.video_id, when: {} }, { onSuccess: onClose })}>Publish it at this time</Button>}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function factsOf({ channel }: Line, entry: CalendarEntry) {
  const standing = standingOf(entry);
  const state = entry.publication_id ? <State tone={standing.tone} mark={standing.mark}>{standing.words}</State> : <State tone="warning" mark="!">not ordered</State>;
  const zone = channel.time_zone;
  return {
    Channel: channel.name,
    [entry.publish_at ? "Public" : "Ordered"]: `${whenIn(entry.at, zone)} in ${zone}`,
    State: <Box sx={{ display: "flex", gap: 1.5 }}>{state}{entry.is_sandbox && <SandboxChip />}</Box>,
    ...(entry.waits_until && { "Waits for": `the reset of quota at ${whenIn(entry.waits_until, zone)}${entry.late_seconds >= 60 ? `, which is ${length(entry.late_seconds)} late` : entry.publish_at ? ", which is in time" : ""}` }),
    "Planned by": entry.is_automatic ? "the channel itself" : "somebody",
  };
}

function whyFixed(entry: CalendarEntry): string {
  if (entry.can_move) return entry.is_automatic ? "Taken back, the video stays as it is, and is not planned by itself again." : "Taken back, the video is as it was before.";
  if (!entry.publication_id) return "It has a time, but nothing brings it to YouTube before somebody publishes it.";
  if (entry.status === "failed") return "It can be published again from a free time, or with its next free time below the calendar.";
  if (entry.is_scheduled) return "YouTube has it already: a new time is set there, within seconds.";
  return entry.status === "live" ? "It is on YouTube." : "Its upload is under way: its time can be changed when YouTube has it.";
}
