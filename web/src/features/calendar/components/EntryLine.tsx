import Box from "@mui/material/Box";
import { standingOf } from "../../../lib/publication";
import { cityOf, clockIn, type Line, type View } from "../hooks/days";
import { LineButton } from "./LineButton";

/** What is published at a time, and how it stands. */
export function EntryLine({ line, view, onOpen }: { line: Line; view: View; onOpen: () => void }) {
  const entry = line.entry!;
  const clock = clockIn(line.at, line.channel.time_zone);
  const standing = entry.publication_id ? standingOf(entry) : { tone: "warning" as const, mark: "!", words: "not ordered" };
  const words = entry.waits_until ? `${standing.words}, waits for a reset` : standing.words;
  const colour = standing.tone === "muted" ? "text.secondary" : `${standing.tone}.main`;
  return (
    <LineButton type="button" colour={line.channel.accent} onClick={onOpen} aria-label={`${clock}, ${entry.title}, ${line.channel.name}, ${words}`}>
      <Box component="span" sx={{ display: "flex", gap: 0.75, alignItems: "baseline" }}>
        <Box component="span" sx={{ fontVariantNumeric: "tabular-nums", fontWeight: 600 }}>{clock}</Box>
        {view === "month" && <Box component="span" sx={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{entry.title}</Box>}
        <Box component="span" title={words} sx={{ ml: "auto", color: colour, whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" }}>{standing.mark}{view === "week" && ` ${standing.words}`}</Box>
      </Box>
      {view === "week" && (
        <>
          <Box component="span" sx={{ display: "-webkit-box", WebkitLineClamp: 3, WebkitBoxOrient: "vertical", overflow: "hidden", overflowWrap: "anywhere" }}>{entry.title}</Box>
          <Box component="span" sx={{ display: "block", color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{line.channel.name}, {cityOf(line.channel.time_zone)}</Box>
          {entry.waits_until && <Box component="span" sx={{ display: "block", color: "warning.main" }}>waits for the reset</Box>}
        </>
      )}
    </LineButton>
  );
}
