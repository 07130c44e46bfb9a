import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type Flag, type FlagBody, unwrap } from "../../../api/client";

const KEY = ["flags"];
export const flagsQuery = () => queryOptions({ queryKey: KEY, queryFn: () => unwrap(api.GET("/api/v1/flags")) });

export const NAME_PATTERN = "[a-z][a-z0-9_]{0,99}";

export const bodyOf = ({ description, enabled, percentage, segments, user_ids }: Flag): FlagBody => ({
  description,
  enabled,
  percentage,
  segments,
  user_ids,
});

/** Makes a flag, or replaces the version that was `seen`: what somebody else changed meanwhile is not lost. */
export function useSetFlag() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body, seen }: { name: string; body: FlagBody; seen: string | null }) =>
      unwrap(
        api.PUT("/api/v1/flags/{name}", {
          params: { path: { name }, header: seen ? { "if-match": seen } : { "if-none-match": "*" } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Turns a flag on or off: shown at once, and undone where it is refused. */
export function useToggleFlag() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ flag, enabled }: { flag: Flag; enabled: boolean }) =>
      unwrap(
        api.PUT("/api/v1/flags/{name}", {
          params: { path: { name: flag.name }, header: { "if-match": flag.etag } },
          body: { ...bodyOf(flag), enabled },
        }),
      ),
    onMutate: async ({ flag, enabled }) => {
      await queries.cancelQueries({ queryKey: KEY });
      const before = queries.getQueryData(flagsQuery().queryKey);
      queries.setQueryData(
        flagsQuery().queryKey,
        (page) => page && { items: page.items.map((one) => (one.name === flag.name ? { ...one, enabled } : one)) },
      );
      return { before };
    },
    onError: (_, __, context) => queries.setQueryData(flagsQuery().queryKey, context?.before),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveFlag() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => done(api.DELETE("/api/v1/flags/{name}", { params: { path: { name } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** What a share of people means, in a sentence. */
export function meaning(percentage: number): string {
  if (percentage === 0) return "No random users: only the segments and users below.";
  if (percentage === 100) return "All users.";
  return `About ${among(percentage)}, always the same ones. Raising the share adds users and removes none.`;
}

/** 25 → "1 user in 4"; 30 → "3 users in 10". */
function among(percentage: number): string {
  const divisor = greatestCommon(percentage, 100);
  const [some, all] = [percentage / divisor, 100 / divisor];
  return `${some} ${some === 1 ? "user" : "users"} in ${all}`;
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}

/** Who has the feature now, in a few words. */
export function rolloutLabel(flag: Pick<Flag, "enabled" | "is_boolean" | "percentage" | "segments" | "user_ids">): string {
  if (!flag.enabled) return "no one";
  if (flag.is_boolean || flag.percentage === 100) return "everyone";
  const named = [
    flag.segments.length > 0 && `${flag.segments.length} segment${flag.segments.length === 1 ? "" : "s"}`,
    flag.user_ids.length > 0 && `${flag.user_ids.length} user${flag.user_ids.length === 1 ? "" : "s"}`,
  ].filter(Boolean);
  if (flag.percentage === 0 && !named.length) return "no one";
  return [flag.percentage > 0 && `${flag.percentage} % of users`, ...named].filter(Boolean).join(", ");
}
