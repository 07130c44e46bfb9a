import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, onlyIf, type Publication, type PublicationUpdate, type RemoteEdit, unwrap, unwrapTagged } from "../../../api/client";
import { moment } from "../../../lib/dates";

type MergeSide = "local" | "remote";

export const FIELD: Record<RemoteEdit["field"], string> = {
  title: "Title",
  description: "Description",
  tags: "Tags",
  language: "Language",
  audio_language: "Audio language",
  category_id: "Category",
  visibility: "Visibility",
  made_for_kids: "Made for kids",
  synthetic_media: "Altered or synthetic content",
  licence: "Licence",
};

/** A value as people read it. */
export function shownValue(field: RemoteEdit["field"], value: RemoteEdit["remote"], zone: string): string {
  if (field === "made_for_kids" || field === "synthetic_media") return value ? "yes" : "no";
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (field === "licence") return value === "creativeCommon" ? "Creative Commons" : "Standard YouTube licence";
  if (field === "visibility" && typeof value === "string" && /^\d/.test(value))
    return new Date(value) > new Date() ? `public at ${moment(value, zone)}` : "public";
  return String(value);
}

/** What decides about edits: for all of them the same. */
export const keepAll = (edits: readonly RemoteEdit[], side: MergeSide): PublicationUpdate => ({
  resolutions: Object.fromEntries(edits.map((one) => [one.field, side])),
});

/** Decides about what is shown; what was edited again meanwhile is shown first. */
export function useResolveRemoteEdits({ video_id: id, remote_edits: edits }: Publication) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (side: MergeSide) => {
      const params = { path: { video_id: id } };
      const seen = await unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", { params }));
      if (JSON.stringify(seen.remote_edits) !== JSON.stringify(edits))
        throw new Error("It was edited again since it was shown. Check it again and choose.");
      return unwrap(api.PATCH("/api/v1/videos/{video_id}/publication", { params, headers: onlyIf(seen.etag), body: keepAll(edits, side) }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["videos", id] }),
  });
}
