import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { longWeekdayTime } from "../../../lib/dates";
import { useNow } from "../../../ui/useNow";
import { clockOf, DAYS, type Slot, slotBlockedReason, withoutSlot, withSlot } from "../hooks/automation";

interface Props {
  slots: Slot[];
  zone: string;
  disabled: boolean;
  onChange: (slots: Slot[]) => void;
}

/** The publishing slots of a week, in the channel's time zone. */
export function SlotsField({ slots, zone, disabled, onChange }: Props) {
  const [next, setNext] = useState<Slot>({ weekday: 0, local_time: "18:00" });
  const why = slotBlockedReason(slots, next);
  const add = () => onChange(withSlot(slots, next));
  const days = DAYS.map((name, weekday) => ({ name, own: slots.filter((one) => one.weekday === weekday) })).filter(
    (one) => one.own.length > 0,
  );
  return (
    <div>
      <Box sx={{ fontWeight: 550, mb: 0.5 }}>Publishing slots</Box>
      <Box sx={{ color: "text.secondary", fontSize: 13, mb: 1.5 }}>
        In the channel's time zone, {zone}. It is <Clock zone={zone} /> there now.
      </Box>
      {days.length > 0 && (
        <Table size="small" aria-label="Publishing slots" sx={{ mb: 2 }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 128 }}>Day</TableCell>
              <TableCell>Times</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {days.map(({ name, own }) => (
              <TableRow key={name}>
                <TableCell>{name}</TableCell>
                <TableCell>
                  <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3 }}>
                    {own.map((one) => (
                      <TimeOf
                        key={clockOf(one)}
                        slot={one}
                        day={name}
                        disabled={disabled}
                        onRemove={() => onChange(withoutSlot(slots, one))}
                      />
                    ))}
                  </Box>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
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
