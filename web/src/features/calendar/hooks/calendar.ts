import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ApiError, done, type NewPublication, onlyIf, unwrap, unwrapTagged } from "../../../api/client";

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

const readPublication = (video: string) => unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", { params: of(video) }));
type Seen = Awaited<ReturnType<typeof readPublication>>;

/** Read anew whenever somebody is about to change it. */
export const publicationQuery = (video: string) => queryOptions({ gcTime: 0, queryKey: ["publications", video], queryFn: () => readPublication(video) });

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

/** From the time that was `seen`; null: to the next free one. The worker notes its attempts in the same row, which changes nothing of what a person sees. */
export function useMove(video: string) {
  const onSettled = useSettled();
  const put = (to: string | null, seen: Seen) =>
    unwrap(api.PUT("/api/v1/videos/{video_id}/publication/publish_at", { params: of(video), headers: onlyIf(seen.etag), body: { publish_at: to } }));
  return useMutation({
    mutationFn: async ({ to, seen }: { to: string | null; seen: Seen }) => {
      try {
        return await put(to, seen);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 412)) throw error;
        const now = await readPublication(video);
        if (now.publish_at !== seen.publish_at) throw error;
        return await put(to, now);
      }
    },
    onSettled,
  });
}

export function useTakeBack(video: string) {
  const onSettled = useSettled();
  return useMutation({ mutationFn: () => done(api.DELETE("/api/v1/videos/{video_id}/publication", { params: of(video) })), onSettled });
}
