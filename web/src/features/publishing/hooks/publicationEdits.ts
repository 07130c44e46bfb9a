import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onlyIf, type Publication, type PublicationEdit, type PublicationUpdate, unwrap } from "../../../api/client";
import { EDIT_STATUS, type StatusLabel } from "../../../ui/statuses";

const of = (id: string) => ({ path: { video_id: id } });
const UNDER_WAY_MS = 1_000;
const QUIET_MS = 60_000;

/** Its edits on YouTube, newest first. */
export const publicationEditsQuery = (id: string) =>
  queryOptions({
    queryKey: ["videos", id, "publication", "changes"],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/publication/edits", { params: of(id) })),
    refetchInterval: ({ state }) => (state.data?.[0]?.status === "planned" ? UNDER_WAY_MS : QUIET_MS),
  });

/** What a change did is shown as soon as it is done. */
export function useFollow(id: string, change: PublicationEdit | undefined) {
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

export function useUpdateOnYouTube(id: string) {
  return useMutation({
    mutationFn: ({ edit, seen }: { edit: PublicationUpdate; seen: string }) =>
      unwrap(api.PATCH("/api/v1/videos/{video_id}/publication", { params: of(id), headers: onlyIf(seen), body: edit })),
    onSettled: useAfter(id),
  });
}

export function useRequestDeletion(id: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(api.POST("/api/v1/videos/{video_id}/publication/deletion", { params: of(id), body: { reason } })),
    onSettled: useAfter(id),
  });
}

export function useConfirmDeletion(id: string) {
  return useMutation({
    mutationFn: ({ edit, there }: { edit: string; there: string }) =>
      unwrap(
        api.POST("/api/v1/videos/{video_id}/publication/deletion/{edit_id}/confirmation", {
          params: { path: { video_id: id, edit_id: edit } },
          body: { youtube_video_id: there },
        }),
      ),
    onSettled: useAfter(id),
  });
}

export type Attachment = "thumbnail" | "captions";

export function useResendAttachments(id: string) {
  return useMutation({
    mutationFn: (part: Attachment) =>
      unwrap(api.POST("/api/v1/videos/{video_id}/publication/attachments", { params: of(id), body: { parts: [part] } })),
    onSettled: useAfter(id),
  });
}

/** What can be sent again: what was not taken or waits for somebody, and captions, which a run that is made again changes. */
export function sendable(
  one: Pick<Publication, "status" | "youtube_video_id" | "thumbnail_status" | "captions_status" | "last_error">,
): Attachment[] {
  if (!one.youtube_video_id || !["processing", "live"].includes(one.status)) return [];
  const again = (part: Attachment, status: Publication["captions_status"]) =>
    status === "failed" || (status === "pending" && one.last_error?.step === part);
  const parts: Attachment[] = again("thumbnail", one.thumbnail_status) ? ["thumbnail"] : [];
  return again("captions", one.captions_status) || one.captions_status === "done" ? [...parts, "captions"] : parts;
}

/** Whether YouTube has it, so that there is something to change. */
export const isOnYouTube = ({ status, is_scheduled }: Pick<Publication, "status" | "is_scheduled">) => status === "live" || is_scheduled;

/** How the last change stands, in a sentence; null: there is nothing to say. */
export function editStatusOf(change: PublicationEdit | undefined): StatusLabel | null {
  if (!change) return null;
  const removal = change.kind === "deletion";
  const error = change.last_error;
  const say = (text: string) => ({ ...EDIT_STATUS[change.status], text: text.trim() });
  switch (change.status) {
    case "planned":
      return say(`${removal ? "Deleting from YouTube" : "Updating on YouTube"} … ${error?.message ?? ""}`);
    case "failed":
      return say(`${removal ? "Not deleted from YouTube" : "Not updated on YouTube"}: ${error?.message ?? ""} ${error?.hint ?? ""}`);
    case "conflict":
      return say(`${error?.message ?? ""} Choose a version below; your other changes are sent with it.`);
    case "done":
      return removal ? null : say("Updated on YouTube.");
    case "awaiting_confirmation":
      return null;
  }
}
