import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type SearchHit, unwrap } from "../../../api/client";
import { paths } from "../../../app/paths";

const MAX_RESULTS = 20;

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["search", q],
    queryFn: () => unwrap(api.GET("/api/v1/search", { params: { query: { q, limit: MAX_RESULTS } } })),
    enabled: q !== "",
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

export const GROUP: Record<SearchHit["kind"], string> = { video: "Videos", channel: "Channels" };

/** Videos together and channels together; first the kind that has the best match, inside it the best first. */
export function grouped(found: SearchHit[]): SearchHit[] {
  const kinds = [...new Set(found.map((one) => one.kind))];
  return kinds.flatMap((kind) => found.filter((one) => one.kind === kind));
}

export const placeOf = (found: Pick<SearchHit, "kind" | "id">) =>
  found.kind === "video" ? paths.video(found.id) : paths.channel(found.id);

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  defaultPrevented: boolean;
  target: unknown;
}

/** "/" asks for the search, unless it is being typed somewhere. */
export function asksForSearch(press: Press): boolean {
  if (press.key !== "/" || press.ctrlKey || press.metaKey || press.altKey || press.defaultPrevented) return false;
  const target = press.target as { tagName?: string; isContentEditable?: boolean } | null;
  return !target?.isContentEditable && !["INPUT", "TEXTAREA", "SELECT"].includes(target?.tagName ?? "");
}
