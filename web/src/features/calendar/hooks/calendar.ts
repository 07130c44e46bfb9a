import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type NewPublication, onlyIf, unwrap, unwrapTagged } from "../../../api/client";

const EVERY_MS = 15_000;
const KEY = ["calendar"];
const of = (id: string) => ({ path: { video_id: id } });

export const calendarQuery = (since: string, until: string, channel: string | null) =>
  queryOptions({
    queryKey: [...KEY, since, until, channel],
    queryFn: () => unwrap(api.GET("/api/v1/calendar", { params: { query: { since, until, channel_id: channel } } })),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });

export const publicationQuery = (video: string) =>
  queryOptions({ queryKey: ["videos", video, "publication"], queryFn: () => unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", { params: of(video) })) });

function useSettled() {
  const queries = useQueryClient();
  return () => Promise.all([KEY, ["videos"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

/** When: a moment, or the next free time of its channel. Unset: the time that it has already, or now. */
export interface When {
  publish_at?: string;
  next_slot?: boolean;
}

export function usePublish() {
  const onSettled = useSettled();
  return useMutation({
    mutationFn: ({ video, when }: { video: string; when: When }) => unwrap(api.POST("/api/v1/videos/{video_id}/publication", { params: of(video), body: when as NewPublication })), // what is left out is as the server has it
    onSettled,
  });
}

/** Of the version that was `seen`; null: the next free time. */
export function useMove(video: string) {
  const onSettled = useSettled();
  return useMutation({
    mutationFn: ({ to, seen }: { to: string | null; seen: string }) =>
      unwrap(api.PUT("/api/v1/videos/{video_id}/publication/publish_at", { params: of(video), headers: onlyIf(seen), body: { publish_at: to } })),
    onSettled,
  });
}

export function useTakeBack(video: string) {
  const onSettled = useSettled();
  return useMutation({ mutationFn: () => done(api.DELETE("/api/v1/videos/{video_id}/publication", { params: of(video) })), onSettled });
}
