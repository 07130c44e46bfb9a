import { ago } from "../lib/format";
import { useNow } from "./useNow";

export function TimeAgo({ at }: { at: string }) {
  const now = useNow(1000);
  return <time dateTime={at} title={new Date(at).toLocaleString()}>{ago(at, now)}</time>;
}
