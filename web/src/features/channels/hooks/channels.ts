import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import {
  api,
  type Channel,
  type ChannelChange,
  type NewChannel,
  onlyIf,
  type Persona,
  type PersonaRow,
  type Tagged,
  unwrap,
  unwrapTagged,
} from "../../../api/client";

export type Status = Channel["status"];
const KEY = ["channels"];

export const channelsQuery = (archived = false) =>
  queryOptions({
    queryKey: [...KEY, { archived }],
    queryFn: () => unwrap(api.GET("/api/v1/channels", { params: { query: { archived } } })),
  });

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: ["channels", id],
    queryFn: () => unwrapTagged(api.GET("/api/v1/channels/{channel_id}", { params: { path: { channel_id: id } } })),
  });

export const categoriesQuery = () =>
  queryOptions({ queryKey: ["categories"], queryFn: () => unwrap(api.GET("/api/v1/categories")), staleTime: 60_000 });

export const personasQuery = () => queryOptions({ queryKey: ["personas"], queryFn: () => unwrap(api.GET("/api/v1/personas")) });

export const personaQuery = (id: string) =>
  queryOptions({
    queryKey: ["personas", id],
    queryFn: () => unwrapTagged(api.GET("/api/v1/personas/{persona_id}", { params: { path: { persona_id: id } } })),
  });

export function useCreateChannel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (channel: NewChannel) => unwrap(api.POST("/api/v1/channels", { body: channel })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Of the version that was `seen`. What a state stops shows in runs and videos. */
export function useChangeChannel(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ change, seen }: { change: ChannelChange; seen: string }): Promise<Tagged<Channel>> =>
      unwrapTagged(
        api.PATCH("/api/v1/channels/{channel_id}", { params: { path: { channel_id: id } }, headers: onlyIf(seen), body: change }),
      ),
    onSuccess: (channel) => queries.setQueryData(channelQuery(id).queryKey, channel),
    onSettled: () => Promise.all([KEY, ["runs"], ["videos"]].map((key) => queries.invalidateQueries({ queryKey: key }))),
  });
}

/** Makes a persona, or replaces the version that `row` is. */
export function useSavePersona() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ persona, row }: { persona: Persona; row: Tagged<PersonaRow> | null }): Promise<Tagged<PersonaRow>> =>
      row
        ? unwrapTagged(
            api.PUT("/api/v1/personas/{persona_id}", {
              params: { path: { persona_id: row.id } },
              headers: onlyIf(row.etag),
              body: persona,
            }),
          )
        : unwrapTagged(api.POST("/api/v1/personas", { body: persona })),
    onSuccess: (row) => queries.setQueryData(personaQuery(row.id).queryKey, row),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ["personas"] }), queries.invalidateQueries({ queryKey: KEY })]),
  });
}

export interface Step {
  to: Status;
  label: string;
  /** Nothing is stopped by it. */
  harmless?: boolean;
  body: string;
}
const STEPS: Record<Status, Step> = {
  active: {
    to: "active",
    label: "Activate",
    harmless: true,
    body: "New videos can be created and scheduled again. Cancelled runs stay cancelled until they are run again.",
  },
  paused: {
    to: "paused",
    label: "Pause",
    harmless: true,
    body: "No new videos can be created or scheduled. Runs in progress continue, and scheduled videos stay scheduled. You can activate it again at any time.",
  },
  suspended: {
    to: "suspended",
    label: "Suspend",
    body: "Its runs are cancelled immediately, and scheduled videos return to ready. No new videos can be created. You can activate it again; cancelled runs are not restarted automatically.",
  },
  archived: {
    to: "archived",
    label: "Archive",
    body: "It is hidden from lists and search. Its runs are cancelled immediately, and scheduled videos return to ready. Its videos, costs and evidence are kept, and this page stays available.",
  },
};
const FOLLOWS: Record<Status, Status[]> = {
  active: ["paused", "suspended", "archived"],
  paused: ["active", "suspended", "archived"],
  suspended: ["active", "paused", "archived"],
  archived: ["active"],
};

/** What can be done with a channel now, the gentlest first. */
export const stepsFrom = (status: Status): Step[] =>
  FOLLOWS[status].map((to) => (status === "archived" ? { ...STEPS[to], label: "Restore" } : STEPS[to]));
