import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, onlyIf, type Tagged, unwrap, unwrapTagged, type Version, type Video, type VideoEdit } from "../../../api/client";

const PAGE = 50;
export const VIDEO_FILTERS = ["finished", "archived", "failed"] as const;
export type VideoFilter = (typeof VIDEO_FILTERS)[number];

export const videosQuery = (filter: VideoFilter, channel: string | null) =>
  infiniteQueryOptions({
    queryKey: ["videos", "list", filter, channel],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/v1/videos", { params: { query: { limit: PAGE, cursor: pageParam, status: filter, channel_id: channel } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const videoQuery = (id: string, ready = true) =>
  queryOptions({
    queryKey: ["videos", id],
    queryFn: () => unwrapTagged(api.GET("/api/v1/videos/{video_id}", { params: { path: { video_id: id } } })),
    enabled: ready,
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["videos", id, "versions"],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/versions", { params: { path: { video_id: id } } })),
  });

function useVideoChange<T>(id: string, change: (given: T) => Promise<Tagged<Video>>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (video) => queries.setQueryData(videoQuery(id).queryKey, video),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ["videos"] }), queries.invalidateQueries({ queryKey: ["runs"] })]),
  });
}

/** Title, description or tags, of the version that was `seen`. */
export const useEditVideo = (id: string) =>
  useVideoChange(id, ({ edit, seen }: { edit: VideoEdit; seen: string }) =>
    unwrapTagged(api.PATCH("/api/v1/videos/{video_id}", { params: { path: { video_id: id } }, headers: onlyIf(seen), body: edit })),
  );

export const useRestoreVersion = (id: string) =>
  useVideoChange(id, ({ version, seen }: { version: number; seen: string }) =>
    unwrapTagged(
      api.POST("/api/v1/videos/{video_id}/versions/{version}/restore", {
        params: { path: { video_id: id, version } },
        headers: onlyIf(seen),
      }),
    ),
  );

export const useArchiveVideo = (id: string) =>
  useVideoChange(id, ({ to, seen }: { to: "archive" | "unarchive"; seen: string }) =>
    unwrapTagged(api.POST(`/api/v1/videos/{video_id}/${to}`, { params: { path: { video_id: id } }, headers: onlyIf(seen) })),
  );

export function useRemoveVideo(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (seen: string) =>
      done(api.DELETE("/api/v1/videos/{video_id}", { params: { path: { video_id: id } }, headers: onlyIf(seen) })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["videos"] }),
  });
}

export const FIELD_LABELS = { title: "title", description: "description", tags: "tags" } as const;

/** How a version came about. */
export function createdByLabel({ created_by, created_by_name: by }: Pick<Version, "created_by" | "created_by_name">): string {
  const who = by ? ` by ${by}` : "";
  return { run: "written by the run", edit: `edited${who}`, restore: `restored${who}`, youtube: "taken from YouTube" }[created_by];
}

/** What a version changed of the one before it; versions come newest first. */
export function changedIn(versions: Version[], at: number): string {
  const [one, before] = [versions[at], versions[at + 1]];
  if (!one || !before) return "first version";
  const parts = (Object.keys(FIELD_LABELS) as (keyof typeof FIELD_LABELS)[]).filter(
    (part) => JSON.stringify(one[part]) !== JSON.stringify(before[part]),
  );
  return parts.map((part) => FIELD_LABELS[part]).join(", ") || "no changes";
}
