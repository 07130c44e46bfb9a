import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import { useQuery } from "@tanstack/react-query";
import { useForm, useWatch } from "react-hook-form";
import type { CalendarChannel, CalendarEntry } from "../../../api/client";
import { momentIn, shownIn } from "../../../lib/zoned";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { Form } from "../../../ui/form/Form";
import { FormTextField } from "../../../ui/form/FormTextField";
import { futureTime, futureTimeFault } from "../../../ui/form/rules";
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
  const form = useForm({
    mode: "onChange",
    defaultValues: {
      choice: entry.can_move ? NEXT : (free[0] ?? OTHER),
      time: shownIn(Date.parse(entry.at), zone),
    },
  });
  const { control } = form;
  const [choice, time] = useWatch({ control, name: ["choice", "time"] });
  const seen = useQuery(taggedPublicationQuery(entry.video_id));
  const move = useMove(entry.video_id);
  const now = useNow(10_000);
  const why = choice === OTHER ? futureTimeFault(time, zone, now) : null;

  function put(from: typeof seen.data) {
    const to = choice === NEXT ? null : choice === OTHER ? new Date(momentIn(time, zone)).toISOString() : choice;
    if (from) move.mutate({ to, seen: from }, { onSuccess: onDone });
  }

  return (
    <Form form={form} label="Reschedule" onSubmit={() => put(seen.data)} sx={{ display: "grid", gap: 1.5 }}>
      <Box sx={{ display: "flex", gap: 1, alignItems: "flex-start" }}>
        <FormTextField control={control} name="choice" select label="New time" sx={{ flex: 1 }} helperText={`Times in ${zone}`}>
          {[
            ...(entry.can_move ? [{ value: NEXT, text: "next free slot" }] : []),
            ...free.map((one) => ({ value: one, text: `${whenIn(one, zone)}, free` })),
            { value: OTHER, text: "another time" },
          ].map(({ value, text }) => (
            <MenuItem key={value} value={value}>
              {text}
            </MenuItem>
          ))}
        </FormTextField>
        <ExplainedButton
          type="submit"
          variant="contained"
          why={why}
          isBusy={!seen.data || isStale(move.error)}
          loading={move.isPending}
          sx={{ height: 40 }}>
          Reschedule
        </ExplainedButton>
      </Box>
      {choice === OTHER && (
        <FormTextField
          control={control}
          name="time"
          rules={futureTime(zone)}
          type="datetime-local"
          label="Time"
          helperText={`Time in ${zone}`}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      )}
      {seen.error && <ErrorAlert error={seen.error} />}
      {move.error && (
        <SaveConflict error={move.error} theirs={[]} onMine={() => void seen.refetch().then(({ data }) => put(data))} onTheirs={onDone} />
      )}
    </Form>
  );
}
