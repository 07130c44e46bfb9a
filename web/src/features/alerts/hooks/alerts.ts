import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type AlertRule, unwrap } from "../../../api/client";

const KEY = ["alerts"];
const RULES = ["alert-rules"];
const EVERY_MS = 30_000;
const PAGE = 25;

export const ALERT_STATES = ["active", "acknowledged", "closed"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const alertsQuery = (state: AlertState, channel: string | null) =>
  infiniteQueryOptions({
    queryKey: [...KEY, { state, channel }],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/v1/alerts", { params: { query: { limit: PAGE, cursor: pageParam, state, channel_id: channel } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });

export function useAcknowledge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST("/api/v1/alerts/{alert_id}/acknowledge", { params: { path: { alert_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export const alertRulesQuery = () => queryOptions({ queryKey: RULES, queryFn: () => unwrap(api.GET("/api/v1/alert-rules")) });

/** Shown at once, and undone where it is refused. */
export function useEnableRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ rule, on }: { rule: AlertRule; on: boolean }) =>
      unwrap(api.PATCH("/api/v1/alert-rules/{name}", { params: { path: { name: rule.name } }, body: { is_enabled: on } })),
    onMutate: async ({ rule, on }) => {
      await queries.cancelQueries({ queryKey: RULES });
      const before = queries.getQueryData(alertRulesQuery().queryKey);
      queries.setQueryData(alertRulesQuery().queryKey, (rules) =>
        rules?.map((one) => (one.name === rule.name ? { ...one, is_enabled: on } : one)),
      );
      return { before };
    },
    onError: (_, __, context) => queries.setQueryData(alertRulesQuery().queryKey, context?.before),
    onSettled: () => Promise.all([KEY, RULES].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

/** "cost_warning" → "Cost warning" */
export const ruleLabel = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
