import { usd } from "../lib/format";

export function Money({ amount }: { amount: string }) {
  return <span style={{ fontVariantNumeric: "tabular-nums" }}>{usd(amount)}&nbsp;USD</span>;
}
