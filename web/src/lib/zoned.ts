/** What clocks of a zone show at a moment: "2026-11-26T18:30". */
export function shownIn(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)!.value;
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

const MINUTE = 60_000;

/** The moment at which clocks of a zone show this. Of two it is the first; of what they skip, the first that they show after it. */
export function momentIn(shown: string, zone: string): number {
  const wall = Date.parse(`${shown}Z`);
  const offset = (at: number) => Date.parse(`${shownIn(at, zone)}Z`) - Math.floor(at / MINUTE) * MINUTE;
  // offsets of a day before and after are those on both sides of a change
  const sides = [wall - 86_400_000, wall + 86_400_000].map((at) => wall - offset(at)).sort((one, other) => one - other) as [number, number];
  const found = sides.find((at) => shownIn(at, zone) === shown);
  if (found !== undefined) return found;
  let [before, after] = sides;
  const held = offset(before);
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / MINUTE / 2) * MINUTE;
    if (offset(middle) === held) before = middle;
    else after = middle;
  }
  return after;
}
