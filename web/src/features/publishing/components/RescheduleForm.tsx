import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CalendarChannel, CalendarEntry } from "../../../api/client";
import { momentIn, shownIn } from "../../../lib/zoned";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { isStale, SaveConflict } from "../../../ui/SaveConflict";
import { useNow } from "../../../ui/useNow";
import { useMove } from "../hooks/calendar";
import { whenIn } from "../hooks/days";
import { taggedPublicationQuery } from "../hooks/publication";

const NEXT = "next",
  OTHER = "other";

interface Props {
  entry: CalendarEntry;
  channel: CalendarChannel;
  /** Free times of the channel among the days that are shown. */
  free: string[];
  onDone: () => void;
}

/** To the next free slot, one of those on the page, or any other time. */
export function RescheduleForm({ entry, channel, free, onDone }: Props) {
  const zone = channel.time_zone;
  const [choice, setChoice] = useState(entry.can_move ? NEXT : (free[0] ?? OTHER));
  const [shown, setShown] = useState(() => shownIn(Date.parse(entry.at), zone));
  const seen = useQuery(taggedPublicationQuery(entry.video_id));
  const move = useMove(entry.video_id);
  const now = useNow(10_000);
  const typed = choice === OTHER && shown ? momentIn(shown, zone) : null;
  const past = typed !== null && typed <= now;

  function put(from: typeof seen.data) {
    const to = choice === NEXT ? null : choice === OTHER ? new Date(typed!).toISOString() : choice;
    if (from) move.mutate({ to, seen: from }, { onSuccess: onDone });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    put(seen.data);
  }

  return (
    <Box component="form" aria-label="Reschedule" onSubmit={submit} sx={{ display: "grid", gap: 1.5 }}>
      <Box sx={{ display: "flex", gap: 1, alignItems: "flex-start" }}>
        <TextField
          select
          size="small"
          label="New time"
          value={choice}
          onChange={(event) => setChoice(event.target.value)}
          sx={{ flex: 1 }}
          helperText={`Times in ${zone}`}>
          {entry.can_move && <MenuItem value={NEXT}>next free slot</MenuItem>}
          {free.map((one) => (
            <MenuItem key={one} value={one}>
              {whenIn(one, zone)}, free
            </MenuItem>
          ))}
          <MenuItem value={OTHER}>another time</MenuItem>
        </TextField>
        <Button
          type="submit"
          variant="contained"
          disabled={!seen.data || past || (choice === OTHER && !shown) || isStale(move.error)}
          loading={move.isPending}
          sx={{ height: 40 }}>
          Reschedule
        </Button>
      </Box>
      {choice === OTHER && (
        <TextField
          type="datetime-local"
          size="small"
          label="Time"
          value={shown}
          onChange={(event) => setShown(event.target.value)}
          error={past}
          helperText={past ? "This time is in the past." : `Time in ${zone}`}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      )}
      {seen.error && <ErrorAlert error={seen.error} />}
      {move.error && (
        <SaveConflict error={move.error} theirs={[]} onMine={() => void seen.refetch().then(({ data }) => put(data))} onTheirs={onDone} />
      )}
    </Box>
  );
}
