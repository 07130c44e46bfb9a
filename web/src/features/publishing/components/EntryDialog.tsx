import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import type { CalendarChannel, CalendarEntry } from "../../../api/client";
import { paths } from "../../../app/paths";
import { allowanceTo } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { FactList } from "../../../ui/FactList";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { StatusChip } from "../../../ui/StatusChip";
import { NOT_PUBLISHED, publicationStatusOf } from "../../../ui/statuses";
import { usePublish, useCancelPublication } from "../hooks/calendar";
import { length, whenIn } from "../hooks/days";
import { RescheduleForm } from "./RescheduleForm";

interface Props {
  channel: CalendarChannel;
  entry: CalendarEntry;
  /** Free times of the channel among the days that are shown. */
  free: string[];
  onClose: () => void;
}

/** One that is on the calendar: how it stands, and what can still be changed. */
export function EntryDialog({ channel, entry, free, onClose }: Props) {
  const [publish, cancel] = [usePublish(), useCancelPublication(entry.video_id)];
  const allowance = allowanceTo.changeEntry(channel);
  const error = publish.error ?? cancel.error;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="entry">
      <DialogTitle id="entry" sx={{ overflowWrap: "anywhere" }}>
        {entry.title}
      </DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <FactList facts={factsOf(channel, entry)} />
        {entry.last_error && (
          <Box sx={{ fontSize: 13 }}>
            {entry.last_error.message}{" "}
            <Box component="span" sx={{ color: "text.secondary" }}>
              {entry.last_error.hint}
            </Box>
          </Box>
        )}
        {allowance.allowed && (entry.can_move || entry.is_scheduled) && (
          <RescheduleForm entry={entry} channel={channel} free={free} onDone={onClose} />
        )}
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{allowance.allowed ? lockedReason(entry) : allowance.reason}</Box>
        {error && <ErrorAlert error={error} />}
      </DialogContent>
      <DialogActions>
        <Link component={RouterLink} to={paths.video(entry.video_id)} sx={{ mr: "auto", ml: 1, fontSize: 13 }}>
          Open video
        </Link>
        {entry.can_move && allowance.allowed && (
          <Button color="error" loading={cancel.isPending} onClick={() => cancel.mutate(undefined, { onSuccess: onClose })}>
            Cancel publication
          </Button>
        )}
        {!entry.publication_id && allowance.allowed && (
          <Button
            variant="contained"
            loading={publish.isPending}
            onClick={() => publish.mutate({ video: entry.video_id, when: {} }, { onSuccess: onClose })}>
            Publish at this time
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function factsOf(channel: CalendarChannel, entry: CalendarEntry) {
  const state = <StatusChip status={entry.publication_id ? publicationStatusOf(entry) : NOT_PUBLISHED} />;
  const zone = channel.time_zone;
  return {
    Channel: channel.name,
    [entry.publish_at ? "Public" : "Requested"]: `${whenIn(entry.at, zone)} in ${zone}`,
    Status: (
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5 }}>
        {state}
        {entry.is_sandbox && <SandboxBadge />}
      </Box>
    ),
    ...(entry.waits_until && {
      "Waiting for": `quota reset at ${whenIn(entry.waits_until, zone)}${entry.late_seconds >= 60 ? `, ${length(entry.late_seconds)} late` : entry.publish_at ? ", in time" : ""}`,
    }),
    "Scheduled by": entry.is_automatic ? "automation" : "a user",
  };
}

function lockedReason(entry: CalendarEntry): string {
  if (entry.can_move)
    return entry.is_automatic
      ? "If you cancel it, the video is kept and is not scheduled automatically again."
      : "If you cancel it, the video is kept unchanged.";
  if (!entry.publication_id) return "It has a time but is not published. Publish it to have it uploaded.";
  if (entry.status === "failed") return "To publish it again, choose a free slot, or schedule it from the backlog below the calendar.";
  if (entry.is_scheduled) return "Already uploaded. A new time is set on YouTube within seconds.";
  return entry.status === "live" ? "It is on YouTube." : "Upload in progress. Its time can be changed when the upload is complete.";
}
