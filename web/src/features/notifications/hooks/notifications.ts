import { type InfiniteData, infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Notification, unwrap } from "../../../api/client";

const KEY = ["notifications"];
/** What no run tells, such as an alert of the system, is asked for. */
const POLL_MS = 60_000;
const PAGE = 20;

export const notificationsQuery = () =>
  infiniteQueryOptions({
    queryKey: KEY,
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/notifications", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: POLL_MS,
  });

interface Page {
  items: Notification[];
  next_cursor: string | null;
  unread: number;
}

/** All up to and with this one are read; shown at once. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (upTo: string) => unwrap(api.POST("/api/v1/notifications/read", { body: { up_to: upTo } })),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey: KEY });
      queries.setQueryData<InfiniteData<Page>>(
        KEY,
        (seen) => seen && { ...seen, pages: seen.pages.map((page) => ({ ...page, unread: 0 })) },
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** On the bell: beyond 99 nobody counts. */
export const countOf = (unread: number) => (unread > 99 ? "99+" : String(unread));

/** What a screen reader says of the bell. */
export const bellLabel = (unread: number) => (unread ? `Notifications, ${unread} unread` : "Notifications");
