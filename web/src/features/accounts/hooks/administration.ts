import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type Invitation, type Permission, unwrap, type UserChange } from "../../../api/client";

const PAGE = 50;

/** People; each word of `q` is part of a name or an address. */
export const usersQuery = (q = "") =>
  infiniteQueryOptions({
    queryKey: ["users", "list", q],
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/users", { params: { query: { limit: PAGE, cursor: pageParam, q } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const permissionsQuery = (channel: string) =>
  queryOptions({
    queryKey: ["permissions", channel],
    queryFn: () => unwrap(api.GET("/api/v1/channels/{channel_id}/permissions", { params: { path: { channel_id: channel } } })),
    enabled: channel !== "",
  });

export interface TrailFilter {
  table: string;
  row: string;
  person: string;
}

export const trailQuery = ({ table, row, person }: TrailFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", table, row, person],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/audit", {
          params: { query: { limit: PAGE, cursor: pageParam, table: table || null, row: row || null, user_id: person || null } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const emailsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["emails"],
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/emails", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 10_000,
  });

/** An email with a link to set a password goes to the address. */
export function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Invitation) => unwrap(api.POST("/api/v1/users", { body })),
    onSettled: () => Promise.all([["users"], ["emails"]].map((key) => queries.invalidateQueries({ queryKey: key }))),
  });
}

export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: UserChange }) =>
      unwrap(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body: change })),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      await queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
}

interface Share {
  channel: string;
  user: string;
}

export function useGrant() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ channel, user, level }: Share & { level: Permission["level"] }) =>
      done(
        api.PUT("/api/v1/channels/{channel_id}/permissions/{user_id}", {
          params: { path: { channel_id: channel, user_id: user } },
          body: { level },
        }),
      ),
    onSettled: (_, __, { channel }) => queries.invalidateQueries({ queryKey: ["permissions", channel] }),
  });
}

/** Shares it with who comes in with this address. */
export function useShare(channel: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; level: Permission["level"] }) =>
      unwrap(api.POST("/api/v1/channels/{channel_id}/permissions", { params: { path: { channel_id: channel } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["permissions", channel] }),
  });
}

export function useRevoke() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ channel, user }: Share) =>
      done(api.DELETE("/api/v1/channels/{channel_id}/permissions/{user_id}", { params: { path: { channel_id: channel, user_id: user } } })),
    onSettled: (_, __, { channel }) => queries.invalidateQueries({ queryKey: ["permissions", channel] }),
  });
}
