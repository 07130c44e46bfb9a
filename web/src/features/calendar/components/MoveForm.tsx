import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CalendarChannel, CalendarEntry } from "../../../api/client";
import { momentIn, shownIn } from "../../../lib/zoned";
import { ErrorNote } from "../../../ui/ErrorNote";
import { isStale, SaveTrouble } from "../../../ui/SaveTrouble";
import { useNow } from "../../../ui/useNow";
import { publicationQuery, useMove } from "../hooks/calendar";
import { whenIn } from "../hooks/days";

const NEXT = "next", OTHER = "other";

interface Props {
  entry: CalendarEntry;
  channel: CalendarChannel;
  /** Free times of the channel among the days that are shown. */
  free: string[];
  onDone: () => void;
}

/** To the next free time, one of those on the page, or any other. */
export function MoveForm({ entry, channel, free, onDone }: Props) {
  const zone = channel.time_zone;
  const [choice, setChoice] = useState(entry.can_move ? NEXT : (free[0] ?? OTHER));
  const [shown, setShown] = useState(() => shownIn(Date.parse(entry.at), zone));
  const seen = useQuery(publicationQuery(entry.video_id));
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
    <Box component="form" aria-label="Move" onSubmit={submit} sx={{ display: "grid", gap: 1.5 }}>
      <Box sx={{ display: "flex", gap: 1, alignItems: "flex-start" }}>
        <TextField select size="small" label="Move to" value={choice} onChange={(event) => setChoice(event.target.value)} sx={{ flex: 1 }} helperText={`Times in ${zone}`}>
          {entry.can_move && <MenuItem value={NEXT}>the next free time</MenuItem>}
          {free.map((one) => <MenuItem key={one} value={one}>{whenIn(one, zone)}, free</MenuItem>)}
          <MenuItem value={OTHER}>another time</MenuItem>
        </TextField>
        <Button type="submit" variant="contained" disabled={!seen.data || past || (choice === OTHER && !shown) || isStale(move.error)} loading={move.isPending} sx={{ height: 40 }}>Move it</Button>
      </Box>
      {choice === OTHER && (
        <TextField type="datetime-local" size="small" label="Time" value={shown} onChange={(event) => setShown(event.target.value)} error={past} helperText={past ? "That is past." : `On the clocks of ${zone}`} slotProps={{ inputLabel: { shrink: true } }} />
      )}
      {seen.error && <ErrorNote error={seen.error} />}
      {move.error && <SaveTrouble error={move.error} theirs={[]} onMine={() => void seen.refetch().then(({ data }) => put(data))} onTheirs={onDone} />}
    </Box>
  );
}
