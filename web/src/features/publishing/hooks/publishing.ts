import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type ListedChannel, type NewPublication, type Publication, unwrap, type Video } from "../../../api/client";
import { can, WHY_NOT } from "../../../lib/access";

export type Privacy = NonNullable<NewPublication["privacy"]>;
/** Now, so visible; at the next free slot of the channel; or at a moment, in milliseconds. */
export type When = { at: "now"; privacy: Privacy } | { at: "slot" } | { at: number };

/** What is left out is as the server has it. */
export function requestOf(when: When): Partial<NewPublication> {
  if (when.at === "now") return { privacy: when.privacy };
  return when.at === "slot" ? { next_slot: true } : { publish_at: new Date(when.at).toISOString() };
}

export function usePublishVideo(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (when: When) =>
      unwrap(
        api.POST("/api/v1/videos/{video_id}/publication", { params: { path: { video_id: id } }, body: requestOf(when) as NewPublication }),
      ),
    onSettled: () => Promise.all([["videos"], ["calendar"]].map((key) => queries.invalidateQueries({ queryKey: key }))),
  });
}

/** Whether there is something to publish: finished, and not on its way already. */
export const isPublishable = (video: Pick<Video, "status">, publication: Pick<Publication, "status"> | null | undefined) =>
  (video.status === "ready" || video.status === "scheduled") &&
  publication !== undefined &&
  (publication === null || publication.status === "failed" || publication.status === "gone");

/** Why it cannot be published; null where it can. */
export function publishBlockedReason(
  video: Pick<Video, "access">,
  channel: Pick<ListedChannel, "status" | "connection" | "name">,
): string | null {
  if (!can.write(video.access)) return WHY_NOT.video;
  if (channel.status !== "active") return `The channel “${channel.name}” is ${channel.status}. Activate it first.`;
  if (channel.connection === null) return `The channel “${channel.name}” is not connected to YouTube.`;
  return channel.connection === "connected" || channel.connection === "expiring"
    ? null
    : `YouTube no longer accepts the connection of “${channel.name}”. Connect the channel again.`;
}
