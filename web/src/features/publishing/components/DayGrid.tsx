import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { Fragment } from "react";
import { Link } from "react-router";
import { fullDay, weekday, weekdayDay } from "../../../lib/dates";
import type { Line, View } from "../hooks/days";
import { CalendarEntryRow } from "./CalendarEntryRow";
import { SlotRow } from "./SlotRow";

/** What a day shows at most; in a week of very many channels one chooses a channel. */
const MAX_ROWS: Record<View, number> = { week: 30, month: 4 };

const Grid = styled("div")(({ theme }) => ({
  display: "grid",
  gridTemplateColumns: "repeat(7, minmax(0, 1fr))",
  gap: 1,
  background: theme.palette.line,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 6,
  overflow: "hidden",
  "@media (max-width: 899px)": { gridTemplateColumns: "repeat(7, minmax(112px, 1fr))", overflowX: "auto" },
}));
const Cell = styled("section", { shouldForwardProp: (name) => name !== "quiet" })<{ quiet: boolean }>(({ theme, quiet }) => ({
  background: quiet ? theme.palette.background.default : theme.palette.background.paper,
  padding: 6,
  minWidth: 0,
  display: "flex",
  flexDirection: "column",
  gap: 2,
}));
const Names = styled("div")(({ theme }) => ({
  background: theme.palette.background.paper,
  padding: "4px 8px",
  color: theme.palette.text.secondary,
  fontSize: 12,
  fontWeight: 500,
}));

interface Props {
  view: View;
  days: string[];
  lines: Map<string, Line[]>;
  today: string;
  /** The month that is meant; days of others are paler. */
  month: string;
  weekOf: (day: string) => string;
  onOpen: (line: Line) => void;
}

export function DayGrid({ view, days, lines, today, month, weekOf, onOpen }: Props) {
  return (
    <Grid>
      {view === "month" &&
        days.slice(0, 7).map((day) => (
          <Names key={day} aria-hidden>
            {weekday(day)}
          </Names>
        ))}
      {days.map((day) => {
        const own = lines.get(day) ?? [];
        const shown = own.length > MAX_ROWS[view] ? own.slice(0, MAX_ROWS[view] - 1) : own;
        return (
          <Cell
            key={day}
            aria-label={`${fullDay(day)}${day === today ? ", today" : ""}`}
            quiet={view === "month" && !day.startsWith(month)}
            sx={{ minHeight: view === "week" ? 280 : 112 }}>
            <DayHead day={day} view={view} isToday={day === today} />
            <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "flex", flexDirection: "column", gap: "2px" }}>
              {shown.map((line) => (
                <li key={`${line.channel.id} ${line.at} ${line.entry?.video_id ?? ""}`}>
                  {line.entry ? (
                    <CalendarEntryRow line={line} view={view} onOpen={() => onOpen(line)} />
                  ) : (
                    <SlotRow line={line} view={view} onOpen={() => onOpen(line)} />
                  )}
                </li>
              ))}
            </Box>
            {own.length > shown.length && <More count={own.length - shown.length} to={view === "month" ? weekOf(day) : null} />}
          </Cell>
        );
      })}
    </Grid>
  );
}

function More({ count, to }: { count: number; to: string | null }) {
  const sx = { fontSize: 12, px: 0.75, color: "text.secondary" } as const;
  return to ? (
    <Box component={Link} to={to} sx={sx}>
      {count} more
    </Box>
  ) : (
    <Box sx={sx}>{count} more. Choose a channel to see all.</Box>
  );
}

function DayHead({ day, view, isToday }: { day: string; view: View; isToday: boolean }) {
  const number = String(Number(day.slice(8)));
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "baseline",
        gap: 0.75,
        px: 0.75,
        fontSize: 12,
        fontWeight: isToday ? 700 : 500,
        color: isToday ? "primary.main" : "text.secondary",
        fontVariantNumeric: "tabular-nums",
      }}>
      <time dateTime={day}>{view === "week" || number === "1" ? weekdayDay(day) : number}</time>
      {isToday && <Fragment>today</Fragment>}
    </Box>
  );
}
