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

export type Attachment = "thumbnail" | "captions";

export function useSendAgain(id: string) {
  return useMutation({ mutationFn: (part: Attachment) => unwrap(api.POST("/api/v1/videos/{video_id}/publication/attachments", { params: of(id), body: { parts: [part] } })), onSettled: useAfter(id) });
}

/** What can be sent again: what was not taken or waits for somebody, and captions, which a run that is made again changes. */
export function sendable(one: Pick<Publication, "status" | "youtube_video_id" | "thumbnail_status" | "captions_status" | "last_error">): Attachment[] {
  if (!one.youtube_video_id || !["processing", "live"].includes(one.status)) return [];
  const again = (part: Attachment, status: Publication["captions_status"]) => status === "failed" || (status === "pending" && one.last_error?.step === part);
  const parts: Attachment[] = again("thumbnail", one.thumbnail_status) ? ["thumbnail"] : [];
  return again("captions", one.captions_status) || one.captions_status === "done" ? [...parts, "captions"] : parts;
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
  if (change.status === "conflict") return { tone: "error", words: `${change.last_error?.message ?? ""} Say below whose is kept; what else was meant goes with it.` };
  return change.status === "done" && !removal ? { tone: "muted", words: "YouTube has what was changed." } : null;
}
