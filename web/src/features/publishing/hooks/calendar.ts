import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ApiError, done, type NewPublication, onlyIf, unwrap } from "../../../api/client";
import { readPublication } from "./publication";

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

type Seen = Awaited<ReturnType<typeof readPublication>>;

function useInvalidateCalendar() {
  const queries = useQueryClient();
  return () => Promise.all([KEY, ["videos"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

/** When: a moment, or the next free time of its channel. Unset: the time that it has already, or now. */
export interface When {
  publish_at?: string;
  next_slot?: boolean;
}

export function usePublish() {
  const onSettled = useInvalidateCalendar();
  return useMutation({
    mutationFn: ({ video, when }: { video: string; when: When }) =>
      unwrap(api.POST("/api/v1/videos/{video_id}/publication", { params: of(video), body: when as NewPublication })), // what is left out is as the server has it
    onSettled,
  });
}

interface Move {
  /** Null: the next free time; only of what was not sent yet. */
  to: string | null;
  seen: Seen;
}

/** From the time that was `seen`. The worker notes its attempts in the same row, which changes nothing of what a person sees. */
export function useMove(video: string) {
  const onSettled = useInvalidateCalendar();
  return useMutation({
    mutationFn: async ({ to, seen }: Move) => {
      try {
        await move(video, to, seen);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 412)) throw error;
        const now = await readPublication(video);
        if (now.publish_at !== seen.publish_at) throw error;
        await move(video, to, now);
      }
    },
    onSettled,
  });
}

/** What was not sent is only written down anew; what YouTube has is changed there, by the worker. */
function move(video: string, to: string | null, { status, etag }: Seen): Promise<void> {
  const sent = { params: of(video), headers: onlyIf(etag) };
  return status === "planned"
    ? done(api.PUT("/api/v1/videos/{video_id}/publication/publish_at", { ...sent, body: { publish_at: to } }))
    : done(api.PATCH("/api/v1/videos/{video_id}/publication", { ...sent, body: { publish_at: to } }));
}

export function useCancelPublication(video: string) {
  const onSettled = useInvalidateCalendar();
  return useMutation({ mutationFn: () => done(api.DELETE("/api/v1/videos/{video_id}/publication", { params: of(video) })), onSettled });
}
