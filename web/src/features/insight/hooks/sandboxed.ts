import { useQuery } from "@tanstack/react-query";
import type { ListedChannel } from "../../../api/client";
import { channelsQuery } from "../../channels/hooks/channels";

/** Ids of the channels whose metrics the sandbox simulates. */
export const sandboxedOf = (channels: Pick<ListedChannel, "id" | "is_sandbox">[]) =>
  new Set(channels.filter((one) => one.is_sandbox).map((one) => one.id));

/** Which of these metrics are simulated, in a sentence; null: none. `channel`: they are of that one alone. */
export function sandboxNotice(channels: Pick<ListedChannel, "id" | "is_sandbox">[], channel: string | null): string | null {
  const sandboxed = sandboxedOf(channels);
  if (channel !== null) return sandboxed.has(channel) ? "Views and revenue are simulated." : null;
  if (!sandboxed.size) return null;
  return sandboxed.size === channels.length
    ? "Views and revenue are simulated."
    : `Views and revenue of ${sandboxed.size} of ${channels.length} channels are simulated, and are part of these totals.`;
}

export function useListedChannels(): ListedChannel[] {
  return useQuery(channelsQuery(false)).data?.items ?? [];
}
