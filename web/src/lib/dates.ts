/** Every date and time that people read, in one form: 20 Nov 2026, 18:05. By day, month, year; hours from 0 to 23. */

type At = string | number | Date;

const known = new Map<string, Intl.DateTimeFormat>();

function shown(at: At, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = zone + JSON.stringify(options);
  let format = known.get(key);
  if (!format) known.set(key, (format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone })));
  return format.format(new Date(at));
}

const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;
const DAY = { day: "numeric", month: "short" } as const;

/** A point in time, in the zone of whoever reads it: "20 Nov 2026, 18:05". */
export const moment = (at: At, zone: string) => shown(at, zone, { ...DAY, year: "numeric", ...CLOCK });

/** The same to the second, where lines follow each other within one: "20 Nov 2026, 18:05:09". */
export const exactMoment = (at: At, zone: string) => shown(at, zone, { ...DAY, year: "numeric", ...CLOCK, second: "2-digit" });

/** "18:05:09", where the day is known. */
export const clockTime = (at: At, zone: string) => shown(at, zone, { ...CLOCK, second: "2-digit" });

/** "18:05". */
export const hourMinute = (at: At, zone: string) => shown(at, zone, CLOCK);

/** "20 Nov 2026". A day without a time is one in UTC. */
export const day = (at: At, zone = "UTC") => shown(at, zone, { ...DAY, year: "numeric" });

/** "20 Nov", where the year is known. */
export const shortDay = (at: At, zone = "UTC") => shown(at, zone, DAY);

/** "Thu 18:05", within a week. */
export const weekdayTime = (at: At, zone: string) => shown(at, zone, { weekday: "short", ...CLOCK });

/** "Thursday 18:05". */
export const longWeekdayTime = (at: At, zone: string) => shown(at, zone, { weekday: "long", ...CLOCK });

/** "Thu 20 Nov, 18:05", within a year. */
export const weekdayMoment = (at: At, zone: string) => shown(at, zone, { weekday: "short", ...DAY, ...CLOCK });

/** Days of a calendar, without a time. */
export const weekdayDay = (at: At) => shown(at, "UTC", { weekday: "short", ...DAY });
export const fullDay = (at: At) => shown(at, "UTC", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const weekday = (at: At) => shown(at, "UTC", { weekday: "short" });
export const monthName = (at: At) => shown(at, "UTC", { month: "long", year: "numeric" });
