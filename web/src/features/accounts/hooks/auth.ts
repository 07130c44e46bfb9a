import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, done, unwrap } from "../../../api/client";
import { useSession } from "../../../stores/session";

export interface Credentials {
  email: string;
  password: string;
  code: string | null;
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(api.POST("/api/v1/auth/sign-in", { body: { ...body, transport: "cookie" } })),
    onSuccess: () => {
      // what is kept here may be somebody else's
      queries.clear();
      useSession.getState().begin();
    },
  });
}

export const useRegister = () =>
  useMutation({
    mutationFn: (body: { email: string; password: string; full_name: string }) => unwrap(api.POST("/api/v1/auth/register", { body })),
  });

export const useResendVerification = () =>
  useMutation({ mutationFn: (email: string) => unwrap(api.POST("/api/v1/auth/resend-verification", { body: { email } })) });

export const useForgotPassword = () =>
  useMutation({ mutationFn: (email: string) => unwrap(api.POST("/api/v1/auth/forgot-password", { body: { email } })) });

export const useResetPassword = () =>
  useMutation({
    mutationFn: (body: { token: string; password: string }) => done(api.POST("/api/v1/auth/reset-password", { body })),
  });

/** The link works once, so its answer is asked for once and kept. */
export const useVerification = (token: string) =>
  useQuery({
    queryKey: ["verification", token],
    queryFn: async () => {
      await done(api.POST("/api/v1/auth/verify-email", { body: { token } }));
      return true;
    },
    enabled: token !== "",
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchOnMount: false,
  });
