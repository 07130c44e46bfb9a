import type { Calendar, CalendarChannel, CalendarEntry, CalendarSlot } from "../../../api/client";
import { day, monthName, weekdayDay } from "../../../lib/dates";
import { shownIn } from "../../../lib/zoned";

export const VIEWS = ["week", "month"] as const;
export type View = (typeof VIEWS)[number];

const DAY_MS = 86_400_000;
const asDate = (day: string) => new Date(`${day}T00:00Z`);
const asDay = (at: Date) => at.toISOString().slice(0, 10);

export const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(asDate(text).getTime()) && asDay(asDate(text)) === text;
export const after = (day: string, days: number) => asDay(new Date(asDate(day).getTime() + days * DAY_MS));
export const todayIn = (zone: string, now: number) => shownIn(now, zone).slice(0, 10);
const monday = (day: string) => after(day, -((asDate(day).getUTCDay() + 6) % 7));

/** The days that a view shows: whole weeks, from Monday on. */
export function daysOf(view: View, at: string): string[] {
  const first = view === "week" ? monday(at) : monday(`${at.slice(0, 7)}-01`);
  const last = view === "week" ? after(first, 6) : after(monday(lastOfMonth(at)), 6);
  return Array.from({ length: (asDate(last).getTime() - asDate(first).getTime()) / DAY_MS + 1 }, (_, n) => after(first, n));
}

const lastOfMonth = (day: string) => asDay(new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)));

/** The same view before or after. */
export function turned(view: View, at: string, by: 1 | -1): string {
  if (view === "week") return after(at, by * 7);
  return by === 1 ? after(lastOfMonth(at), 1) : `${after(`${at.slice(0, 7)}-01`, -1).slice(0, 7)}-01`;
}

export const titleOf = (view: View, at: string) =>
  view === "month" ? monthName(asDate(at)) : `${day(daysOf("week", at)[0]!)} to ${day(daysOf("week", at)[6]!)}`;

/** "18:30" on the channel's clocks. */
export const clockIn = (iso: string, zone: string) => shownIn(Date.parse(iso), zone).slice(11);
/** "Thu 26 Nov, 18:30" on the channel's clocks. */
export const whenIn = (iso: string, zone: string) => `${weekdayDay(shownIn(Date.parse(iso), zone).slice(0, 10))}, ${clockIn(iso, zone)}`;

/** Something on a day: what is published then, or a time that is free. */
export type Line = { at: string; channel: CalendarChannel } & (
  { entry: CalendarEntry; slot?: undefined } | { slot: CalendarSlot; entry?: undefined }
);

/** What should be public by now, the longest overdue first. */
export function overdueOf({ channels, entries }: Calendar): (Line & { entry: CalendarEntry })[] {
  const known = new Map(channels.map((one) => [one.id, one]));
  return entries
    .filter((entry) => entry.is_overdue)
    .sort((one, other) => one.at.localeCompare(other.at))
    .map((entry) => ({ at: entry.at, channel: known.get(entry.channel_id)!, entry }));
}

/** By day, in the order of what the channels' clocks show. A time that passed and stayed free says nothing to anybody. */
export function linesOf({ channels, entries, slots }: Calendar): Map<string, Line[]> {
  const known = new Map(channels.map((one) => [one.id, one]));
  const lines: (Line & { day: string })[] = [
    ...entries.map((entry) => ({ at: entry.at, day: entry.day, channel: known.get(entry.channel_id)!, entry })),
    ...slots
      .filter((slot) => !slot.is_past && !slot.video_ids.length)
      .map((slot) => ({ at: slot.at, day: slot.day, channel: known.get(slot.channel_id)!, slot })),
  ];
  const key = (one: Line) => `${clockIn(one.at, one.channel.time_zone)} ${one.channel.name}`;
  lines.sort((one, other) => key(one).localeCompare(key(other)));
  const byDay = new Map<string, Line[]>();
  for (const { day, ...line } of lines) byDay.set(day, [...(byDay.get(day) ?? []), line]);
  return byDay;
}

/** "America/New_York" → "New York". */
export const cityOf = (zone: string) => zone.split("/").at(-1)!.replaceAll("_", " ");

/** "3 h 20 min". */
export function length(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor((minutes % 1440) / 60), "h"],
    [minutes % 60, "min"],
  ];
  return (
    parts
      .filter(([amount]) => amount > 0)
      .slice(0, 2)
      .map(([amount, unit]) => `${amount} ${unit}`)
      .join(" ") || "less than a minute"
  );
}
