import Box from "@mui/material/Box";
import { cityOf, clockIn, type Line, type View } from "../hooks/days";
import { ChannelDot } from "./ChannelDot";
import { RowButton } from "./RowButton";

/** A time that is free. */
export function SlotRow({ line, view, onOpen }: { line: Line; view: View; onOpen: () => void }) {
  const clock = clockIn(line.at, line.channel.time_zone);
  return (
    <RowButton type="button" onClick={onOpen} aria-label={`${clock}, free, ${line.channel.name}`}>
      <Box component="span" sx={{ display: "flex", gap: 0.75, alignItems: "center", color: "text.secondary" }}>
        <Box component="span" sx={{ fontVariantNumeric: "tabular-nums" }}>
          {clock}
        </Box>
        <span>free</span>
        <ChannelDot colour={line.channel.accent} sx={{ ml: "auto", width: 8, height: 8 }} />
      </Box>
      {view === "week" && (
        <Box
          component="span"
          sx={{ display: "block", color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {line.channel.name}, {cityOf(line.channel.time_zone)}
        </Box>
      )}
    </RowButton>
  );
}
