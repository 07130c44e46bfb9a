/** 4.2 → "4.2 s", 75 → "1:15 min", 3700 → "1:01:40 h". Null is a dash. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return "–";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)} h` : `${m}:${two(s)} min`;
}

/** A position in a video: 75 → "1:15". */
export function timecode(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** Decimal string of dollars, kept exact: cents as a rule, six places where there is something smaller. */
export function usd(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const trimmed = fraction.replace(/0+$/, "");
  return `${whole}.${trimmed.padEnd(2, "0")}`;
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1000).toFixed(0)} kB`;
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(1)} MB`;
  return `${(count / 1_000_000_000).toFixed(1)} GB`;
}

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12345 → "12,345"; from ten million on "12.3M". Null is a dash. */
export function count(value: number | null | undefined): string {
  if (value == null) return "–";
  return Math.abs(value) < 10_000_000 ? grouped.format(value) : compact.format(value);
}

/** 12345678 → "12,345,678". */
export const exactCount = (value: number) => grouped.format(value);

/** Minutes as hours: "0.1", "9.5", "1,234". */
export function hours(minutes: number): string {
  return minutes === 0 || minutes >= 600 ? count(minutes / 60) : (minutes / 60).toFixed(1);
}

const cents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A sum of revenue: "9542.7701" → "9,542.77". What is charged is said exactly (`usd`), what is estimated need not be. */
export const earned = (amount: string | null) => (amount === null ? "–" : cents.format(Number(amount)));

/** 0.0512 → "5.1 %". Null is a dash. */
export const percent = (fraction: number | null | undefined) => (fraction == null ? "–" : `${(fraction * 100).toFixed(1)} %`);

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "12 seconds ago", "3 hours ago", "yesterday". */
export function ago(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, size] of [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.min(0, Math.trunc(seconds)), "second");
}

/** "script_review" → "Script review". */
export function labelOf(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function median(values: number[]): number | null {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Amounts of quota by bucket: "1 insert and 462 units". */
export const amounts = (cost: Record<string, number>) =>
  Object.entries(cost)
    .map(([bucket, amount]) => `${count(amount)} ${amount === 1 ? bucket.replace(/s$/, "") : bucket}`)
    .join(" and ");
