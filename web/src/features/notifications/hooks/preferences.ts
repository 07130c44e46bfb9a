import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type NotificationPreferences, unwrap } from "../../../api/client";

export const preferencesQuery = () =>
  queryOptions({ queryKey: ["notification-preferences"], queryFn: () => unwrap(api.GET("/api/v1/notification-preferences")) });

export function useSetPreferences() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NotificationPreferences) => unwrap(api.PUT("/api/v1/notification-preferences", { body })),
    onSuccess: (saved) => queries.setQueryData(preferencesQuery().queryKey, saved),
  });
}
