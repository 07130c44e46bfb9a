import { useQuery } from "@tanstack/react-query";
import type { ListedChannel } from "../../../api/client";
import { channelsQuery } from "../../channels/hooks/channels";

/** Ids of the channels whose figures the sandbox makes up. */
export const sandboxedOf = (channels: Pick<ListedChannel, "id" | "is_sandbox">[]) => new Set(channels.filter((one) => one.is_sandbox).map((one) => one.id));

/** Of what these figures are invented, in a sentence; null: of nothing. `channel`: they are of that one alone. */
export function inventedOf(channels: Pick<ListedChannel, "id" | "is_sandbox">[], channel: string | null): string | null {
  const sandboxed = sandboxedOf(channels);
  if (channel !== null) return sandboxed.has(channel) ? "Viewers and revenue are made up." : null;
  if (!sandboxed.size) return null;
  return sandboxed.size === channels.length ? "Viewers and revenue are made up." : `Viewers and revenue of ${sandboxed.size} of ${channels.length} channels are made up, and in these sums.`;
}

export function useListedChannels(): ListedChannel[] {
  return useQuery(channelsQuery(false)).data?.items ?? [];
}
