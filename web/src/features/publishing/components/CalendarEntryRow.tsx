import Box from "@mui/material/Box";
import { NOT_PUBLISHED, publicationStatusOf } from "../../../ui/statuses";
import { cityOf, clockIn, type Line, type View } from "../hooks/days";
import { RowButton } from "./RowButton";

/** What is published at a time, and how it stands. */
export function CalendarEntryRow({ line, view, onOpen }: { line: Line; view: View; onOpen: () => void }) {
  const entry = line.entry!;
  const clock = clockIn(line.at, line.channel.time_zone);
  const status = entry.publication_id ? publicationStatusOf(entry) : NOT_PUBLISHED;
  const text = entry.waits_until ? `${status.text}, waiting for quota` : status.text;
  const colour = status.tone === "muted" ? "text.secondary" : `${status.tone}.main`;
  return (
    <RowButton
      type="button"
      colour={line.channel.accent}
      onClick={onOpen}
      aria-label={`${clock}, ${entry.title}, ${line.channel.name}, ${text}`}>
      <Box component="span" sx={{ display: "flex", gap: 0.75, alignItems: "baseline" }}>
        <Box component="span" sx={{ fontVariantNumeric: "tabular-nums", fontWeight: 600 }}>
          {clock}
        </Box>
        {view === "month" && (
          <Box component="span" sx={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
            {entry.title}
          </Box>
        )}
        <Box
          component="span"
          title={text}
          sx={{ ml: "auto", color: colour, whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" }}>
          {status.mark}
          {view === "week" && ` ${status.text}`}
        </Box>
      </Box>
      {view === "week" && (
        <>
          <Box
            component="span"
            sx={{ display: "-webkit-box", WebkitLineClamp: 3, WebkitBoxOrient: "vertical", overflow: "hidden", overflowWrap: "anywhere" }}>
            {entry.title}
          </Box>
          <Box
            component="span"
            sx={{ display: "block", color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
            {line.channel.name}, {cityOf(line.channel.time_zone)}
          </Box>
          {entry.waits_until && (
            <Box component="span" sx={{ display: "block", color: "warning.main" }}>
              waiting for quota
            </Box>
          )}
        </>
      )}
    </RowButton>
  );
}
