import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../../api/client";
import { slowWhileConnected } from "../../../stores/live";

/** A minute ends without any event. */
const MINUTE_MS = 15_000;

export const liveQuery = (channel: string | null) =>
  queryOptions({
    queryKey: ["live", channel],
    queryFn: () =>
      unwrap(api.GET("/api/v1/analytics/live", { params: { query: { videos: 10, ...(channel && { channel_id: channel }) } } })),
    refetchInterval: slowWhileConnected(MINUTE_MS),
  });
