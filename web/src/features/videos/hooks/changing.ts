import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onlyIf, type Publication, type PublicationChange, type PublicationEdit, unwrap, unwrapTagged } from "../../../api/client";
import type { Access } from "../../../lib/access";
import { mayManage, mayWrite } from "../../../lib/access";

const of = (id: string) => ({ path: { video_id: id } });
const UNDER_WAY_MS = 1_000;
const QUIET_MS = 60_000;

/** What was changed of it at YouTube or is to be, newest first. */
export const changesQuery = (id: string) =>
  queryOptions({
    queryKey: ["videos", id, "publication", "changes"],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/publication/changes", { params: of(id) })),
    refetchInterval: ({ state }) => (state.data?.[0]?.status === "planned" ? UNDER_WAY_MS : QUIET_MS),
  });

/** Read anew by whoever is about to change it. */
export const seenQuery = (id: string) =>
  queryOptions({ gcTime: 0, queryKey: ["publications", id], queryFn: () => unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", { params: of(id) })) });

/** What a change did is shown as soon as it is done. */
export function useFollow(id: string, change: PublicationChange | undefined) {
  const queries = useQueryClient();
  const settled = change && change.status !== "planned" ? change.id + change.status : null;
  useEffect(() => {
    if (settled) void queries.invalidateQueries({ queryKey: ["videos", id], refetchType: "active" });
  }, [queries, id, settled]);
}

function useAfter(id: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["videos", id] });
}

export function useUpdateThere(id: string) {
  return useMutation({
    mutationFn: ({ edit, seen }: { edit: PublicationEdit; seen: string }) => unwrap(api.PATCH("/api/v1/videos/{video_id}/publication", { params: of(id), headers: onlyIf(seen), body: edit })),
    onSettled: useAfter(id),
  });
}

export function useAskRemoval(id: string) {
  return useMutation({ mutationFn: (reason: string) => unwrap(api.POST("/api/v1/videos/{video_id}/publication/removal", { params: of(id), body: { reason } })), onSettled: useAfter(id) });
}

export function useConfirmRemoval(id: string) {
  return useMutation({
    mutationFn: ({ change, there }: { change: string; there: string }) =>
      unwrap(api.POST("/api/v1/videos/{video_id}/publication/removal/{change_id}/confirmation", { params: { path: { video_id: id, change_id: change } }, body: { youtube_video_id: there } })),
    onSettled: useAfter(id),
  });
}

/** Whether YouTube has it, so that there is something to change. */
export const isThere = ({ status, is_scheduled }: Pick<Publication, "status" | "is_scheduled">) => status === "live" || is_scheduled;

export const may = (access: Access) => ({ change: mayWrite(access), remove: mayManage(access) });

/** How the last change stands, in a sentence; null: there is nothing to say. */
export function standOf(change: PublicationChange | undefined): { words: string; tone: "muted" | "primary" | "error" } | null {
  if (!change) return null;
  const removal = change.kind === "removal";
  if (change.status === "planned") {
    const waits = change.last_error ? ` ${change.last_error.message}` : "";
    return { tone: "primary", words: `${removal ? "It is being deleted at YouTube" : "It is being changed at YouTube"} …${waits}` };
  }
  if (change.status === "failed") return { tone: "error", words: `${removal ? "It was not deleted" : "It was not changed at YouTube"}: ${change.last_error?.message ?? ""} ${change.last_error?.hint ?? ""}`.trim() };
  return change.status === "done" && !removal ? { tone: "muted", words: "YouTube has what was changed." } : null;
}
