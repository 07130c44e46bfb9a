import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ApiError, done, type CurrentUser, unwrap } from "../../../api/client";
import { useSession } from "../../../stores/session";

export const meQuery = () => queryOptions({ queryKey: ["me"], queryFn: () => unwrap(api.GET("/api/v1/me")), staleTime: 60_000 });

/** The zone in which whoever reads it wants times. */
export function useZone(): string {
  return useQuery(meQuery()).data?.time_zone ?? "UTC";
}

/** Whether whoever is signed in reads figures alone. */
export function useIsAnalyst(): boolean {
  return useQuery(meQuery()).data?.role === "analyst";
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await done(api.POST("/api/v1/auth/sign-out"));
      } catch (error) {
        // out already is out
        if (!(error instanceof ApiError && error.status === 401)) throw error;
      }
    },
    onSuccess: () => {
      useSession.getState().end(null);
      queries.clear();
    },
  });
}

export const ROLE: Record<CurrentUser["role"], string> = {
  admin: "Administrator",
  operator: "Operator",
  analyst: "Analyst",
  service: "Service",
};

export const nameOf = (person: { full_name: string; email: string | null }) => person.full_name || person.email || "Local operator";
