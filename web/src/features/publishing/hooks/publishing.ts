import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type NewPublication, unwrap, type Video } from "../../../api/client";

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

/** Whether a video is one that is published from here: finished, and not on YouTube. */
export const isForPublishing = ({ status }: Pick<Video, "status">) => status === "ready" || status === "scheduled";
