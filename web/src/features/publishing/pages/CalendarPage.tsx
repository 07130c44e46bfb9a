import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Calendar } from "../../../api/client";
import { paths } from "../../../app/paths";
import { labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { useNow } from "../../../ui/useNow";
import { useZone } from "../../accounts/hooks/me";
import { Conflicts } from "../components/Conflicts";
import { DayGrid } from "../components/DayGrid";
import { EntryDialog } from "../components/EntryDialog";
import { FillSlotDialog } from "../components/FillSlotDialog";
import { Legend } from "../components/Legend";
import { OverduePublications } from "../components/OverduePublications";
import { QuotaForecast } from "../components/QuotaForecast";
import { Backlog } from "../components/Backlog";
import { calendarQuery } from "../hooks/calendar";
import { daysOf, isDay, type Line, linesOf, titleOf, todayIn, turned, type View, VIEWS } from "../hooks/days";
import { ChannelSelect } from "../../channels/components/ChannelSelect";

/** Publications by day, free slots, and what the quota allows. */
export function CalendarPage() {
  const [search, setSearch] = useSearchParams();
  const today = todayIn(useZone(), useNow(60_000));
  const view: View = VIEWS.find((one) => one === search.get("view")) ?? "week";
  const asked = search.get("at");
  const at = isDay(asked) ? asked : today;
  const channel = search.get("channel");
  const days = daysOf(view, at);
  const found = useQuery(calendarQuery(days[0]!, days.at(-1)!, channel));
  const addressOf = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    return next;
  };
  const go = (changes: Record<string, string | null>) => setSearch(addressOf(changes), { replace: true });

  return (
    <>
      <PageHeader
        title="Calendar"
        below={<Pages view={view} at={at} onTurn={(to) => go({ at: to })} />}
        actions={
          <>
            <ChannelSelect value={channel ?? ""} all="All" onChange={(value) => go({ channel: value })} sx={{ width: 200 }} />
            <ToggleButtonGroup
              exclusive
              size="small"
              aria-label="View"
              value={view}
              onChange={(_, next: View | null) => next && go({ view: next })}>
              {VIEWS.map((one) => (
                <ToggleButton key={one} value={one} sx={{ textTransform: "none", px: 2 }}>
                  {labelOf(one)}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
          </>
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <Days
          calendar={found.data}
          view={view}
          days={days}
          today={today}
          month={at.slice(0, 7)}
          fading={found.isPlaceholderData}
          weekOf={(day) => `?${addressOf({ view: "week", at: day })}`}
        />
      )}
    </>
  );
}

interface DaysProps {
  calendar: Calendar;
  view: View;
  days: string[];
  today: string;
  month: string;
  fading: boolean;
  weekOf: (day: string) => string;
}

function Days({ calendar, view, days, today, month, fading, weekOf }: DaysProps) {
  const [open, setOpen] = useState<Line | null>(null);
  const close = () => setOpen(null);
  // as it is by now: a worker may have gone on with it since it was opened
  const entry = open?.entry && (calendar.entries.find((one) => one.video_id === open.entry.video_id) ?? open.entry);
  const bare = !calendar.slots.length && !calendar.entries.length;
  const free = calendar.slots
    .filter((one) => !one.is_past && !one.video_ids.length && one.channel_id === open?.channel.id)
    .map((one) => one.at);
  return (
    <Box sx={{ opacity: fading ? 0.6 : 1 }}>
      <Conflicts conflicts={calendar.conflicts} />
      <OverduePublications calendar={calendar} onOpen={setOpen} />
      <Legend channels={calendar.channels} shown={new Set([...calendar.entries, ...calendar.slots].map((one) => one.channel_id))} />
      {bare && (
        <EmptyState
          title="Nothing scheduled"
          body="Set publishing slots in the Automation section of a channel. Free slots appear here."
          action={
            <Button component={Link} to={paths.channels()} variant="contained">
              Go to channels
            </Button>
          }
        />
      )}
      {!bare && <DayGrid view={view} days={days} lines={linesOf(calendar)} today={today} month={month} weekOf={weekOf} onOpen={setOpen} />}
      <Box sx={{ mt: 3 }}>
        {calendar.quota.map((one) => (
          <QuotaForecast key={one.project_id} quota={one} />
        ))}
        <Backlog ready={calendar.backlog} channels={calendar.channels} />
      </Box>
      {open && entry && <EntryDialog channel={open.channel} entry={entry} free={free} onClose={close} />}
      {open?.slot && <FillSlotDialog line={open} ready={calendar.backlog} onClose={close} />}
    </Box>
  );
}

function Pages({ view, at, onTurn }: { view: View; at: string; onTurn: (to: string | null) => void }) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1, mt: 0.5, color: "text.secondary" }}>
      <Button
        size="small"
        color="inherit"
        aria-label={`Previous ${view}`}
        onClick={() => onTurn(turned(view, at, -1))}
        sx={{ minWidth: 32 }}>
        ‹
      </Button>
      <Box aria-live="polite" sx={{ minWidth: 190, textAlign: "center", fontVariantNumeric: "tabular-nums" }}>
        {titleOf(view, at)}
      </Box>
      <Button size="small" color="inherit" aria-label={`Next ${view}`} onClick={() => onTurn(turned(view, at, 1))} sx={{ minWidth: 32 }}>
        ›
      </Button>
      <Button size="small" color="inherit" onClick={() => onTurn(null)}>
        Today
      </Button>
    </Box>
  );
}
