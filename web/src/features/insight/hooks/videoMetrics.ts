import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../../api/client";

const POLL_MS = 60_000;
/** As far back as the chart by day shows. */
export const DAYS = 28;

export const videoMetricsQuery = (id: string) =>
  queryOptions({
    queryKey: ["measures", "video", id, "figures"],
    queryFn: () => unwrap(api.GET("/api/v1/analytics/videos/{video_id}", { params: { path: { video_id: id }, query: { days: DAYS } } })),
    refetchInterval: POLL_MS,
  });
