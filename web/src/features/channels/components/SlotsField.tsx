import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { longWeekdayTime } from "../../../lib/dates";
import { useNow } from "../../../ui/useNow";
import { clockOf, DAYS, type Slot, slotBlockedReason, withoutSlot, withSlot } from "../hooks/automation";
import { type Column, DataTable } from "../../../ui/DataTable";

interface Props {
  slots: Slot[];
  zone: string;
  disabled: boolean;
  onChange: (slots: Slot[]) => void;
}

interface Day {
  name: string;
  own: Slot[];
}

/** The publishing slots of a week, in the channel's time zone. */
export function SlotsField({ slots, zone, disabled, onChange }: Props) {
  const [next, setNext] = useState<Slot>({ weekday: 0, local_time: "18:00" });
  const why = slotBlockedReason(slots, next);
  const add = () => onChange(withSlot(slots, next));
  const days: Day[] = DAYS.map((name, weekday) => ({ name, own: slots.filter((one) => one.weekday === weekday) })).filter(
    (one) => one.own.length > 0,
  );
  const columns: Column<Day>[] = [
    { header: "Day", width: 128, cell: ({ name }) => name },
    {
      header: "Times",
      cell: ({ name, own }) => (
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3 }}>
          {own.map((one) => (
            <TimeOf key={clockOf(one)} slot={one} day={name} disabled={disabled} onRemove={() => onChange(withoutSlot(slots, one))} />
          ))}
        </Box>
      ),
    },
  ];
  return (
    <div>
      <Box sx={{ fontWeight: 550, mb: 0.5 }}>Publishing slots</Box>
      <Box sx={{ color: "text.secondary", fontSize: 13, mb: 1.5 }}>
        In the channel's time zone, {zone}. It is <Clock zone={zone} /> there now.
      </Box>
      <DataTable label="Publishing slots" columns={columns} rows={days} rowKey={({ name }) => name} sx={{ mb: 2 }} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        <TextField
          select
          size="small"
          label="Day"
          value={next.weekday}
          disabled={disabled}
          onChange={(event) => setNext({ ...next, weekday: Number(event.target.value) })}
          sx={{ width: 160 }}>
          {DAYS.map((name, weekday) => (
            <MenuItem key={name} value={weekday}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          type="time"
          size="small"
          label="Time"
          value={next.local_time}
          disabled={disabled}
          onChange={(event) => setNext({ ...next, local_time: event.target.value })}
          sx={{ width: 136 }}
          slotProps={{ inputLabel: { shrink: true } }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            // it means this time, not the whole form
            event.preventDefault();
            if (why === null) add();
          }}
        />
        <Button variant="outlined" disabled={disabled || why !== null} onClick={add}>
          Add slot
        </Button>
        {!disabled && why && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{why}</Box>}
      </Box>
    </div>
  );
}

function TimeOf({ slot, day, disabled, onRemove }: { slot: Slot; day: string; disabled: boolean; onRemove: () => void }) {
  const time = clockOf(slot);
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.5, fontVariantNumeric: "tabular-nums" }}>
      {time}
      <Button
        size="small"
        color="inherit"
        disabled={disabled}
        onClick={onRemove}
        aria-label={`Remove ${day} ${time}`}
        sx={{ color: "text.secondary" }}>
        Remove
      </Button>
    </Box>
  );
}

function Clock({ zone }: { zone: string }) {
  const now = useNow(10_000);
  return <>{longWeekdayTime(now, zone)}</>;
}
