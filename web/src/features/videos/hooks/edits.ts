import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Edit, onlyIf, type Publication, type PublicationEdit, unwrap, unwrapTagged } from "../../../api/client";
import { moment } from "../../../lib/dates";

type Whose = "ours" | "theirs";

export const FIELD: Record<Edit["field"], string> = {
  title: "Title", description: "Description", tags: "Tags", language: "Language", audio_language: "Language of the sound", category_id: "Category",
  visibility: "Visibility", made_for_kids: "Made for children", synthetic_media: "Altered or synthetic content", licence: "Licence",
};

/** A value as people read it. */
export function shownValue(field: Edit["field"], value: Edit["theirs"], zone: string): string {
  if (field === "made_for_kids" || field === "synthetic_media") return value ? "declared" : "not declared";
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (field === "licence") return value === "creativeCommon" ? "Creative Commons" : "YouTube's standard";
  if (field === "visibility" && typeof value === "string" && /^\d/.test(value)) return new Date(value) > new Date() ? `public at ${moment(value, zone)}` : "public";
  return String(value);
}

/** What decides about edits: for all of them the same. */
export const keepAll = (edits: readonly Edit[], whose: Whose): PublicationEdit => ({ keep: Object.fromEntries(edits.map((one) => [one.field, whose])) });

/** Decides about what is shown; what was edited again meanwhile is shown first. */
export function useDecide({ video_id: id, edits }: Publication) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (whose: Whose) => {
      const params = { path: { video_id: id } };
      const seen = await unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", { params }));
      if (JSON.stringify(seen.edits) !== JSON.stringify(edits)) throw new Error("It was edited again since this was shown. Look at it, and choose.");
      return unwrap(api.PATCH("/api/v1/videos/{video_id}/publication", { params, headers: onlyIf(seen.etag), body: keepAll(edits, whose) }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["videos", id] }),
  });
}
