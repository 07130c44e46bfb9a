import { exactMoment } from "../lib/dates";
import { ago } from "../lib/format";
import { useNow } from "./useNow";

export function TimeAgo({ at }: { at: string }) {
  const now = useNow(1000);
  return (
    <time dateTime={at} title={`${exactMoment(at, "UTC")} UTC`}>
      {ago(at, now)}
    </time>
  );
}
