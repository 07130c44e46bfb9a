import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type NewApiKey, unwrap } from "../../../api/client";

export const sessionsQuery = () => queryOptions({ queryKey: ["me", "sessions"], queryFn: () => unwrap(api.GET("/api/v1/me/sessions")) });
export const keysQuery = () => queryOptions({ queryKey: ["me", "keys"], queryFn: () => unwrap(api.GET("/api/v1/me/api-keys")) });

export function useChangeMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { full_name: string; time_zone: string }) => unwrap(api.PATCH("/api/v1/me", { body })),
    onSuccess: (person) => queries.setQueryData(["me"], person),
  });
}

export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => done(api.POST("/api/v1/me/password", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me", "sessions"] }),
  });
}

export const useBeginSecondFactor = () =>
  useMutation({ mutationFn: (password: string) => unwrap(api.POST("/api/v1/me/second-factor", { body: { password } })) });

export function useConfirmSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => unwrap(api.POST("/api/v1/me/second-factor/confirm", { body: { code } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"], exact: true }),
  });
}

export function useRemoveSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => done(api.POST("/api/v1/me/second-factor/remove", { body: { password } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"], exact: true }),
  });
}

/** Ends sessions, one after the other. */
export function useEndSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await done(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["me", "sessions"] }),
  });
}

export function useCreateApiKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewApiKey) => unwrap(api.POST("/api/v1/me/api-keys", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me", "keys"] }),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => done(api.DELETE("/api/v1/me/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["me", "keys"] }),
  });
}
