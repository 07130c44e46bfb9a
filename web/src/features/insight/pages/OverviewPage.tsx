import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { Metrics } from "../../../api/client";
import { paths } from "../../../app/paths";
import { day } from "../../../lib/dates";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { useIsAnalyst } from "../../accounts/hooks/me";
import { FactRow } from "../components/FactRow";
import { LiveViews } from "../../realtime/components/LiveViews";
import { Ranking } from "../components/Ranking";
import { TrendingVideos } from "../../realtime/components/TrendingVideos";
import { DailyViews } from "../components/DailyViews";
import { liveQuery } from "../../realtime/hooks/live";
import { overviewQuery } from "../hooks/measures";
import { sandboxNotice, useListedChannels } from "../hooks/sandboxed";
import { ChannelSelect } from "../../channels/components/ChannelSelect";

const DAYS = [7, 28, 90, 365];

/** How it goes: what happens now, what the days brought, and who does best. */
export function OverviewPage() {
  const [search, setSearch] = useSearchParams();
  const days = DAYS.find((one) => one === Number(search.get("days"))) ?? 28;
  const channel = search.get("channel");
  const overview = useQuery(overviewQuery(days, channel));
  const live = useQuery(liveQuery(channel));
  const isAnalyst = useIsAnalyst();
  const notice = sandboxNotice(useListedChannels(), channel);
  const empty = overview.data && isEmpty(overview.data.current) && isEmpty(overview.data.previous) && !live.data?.videos.length;
  const choose = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <PageHeader
        title="Overview"
        below={
          overview.data && (
            <>
              <Typography sx={{ color: "text.secondary" }}>
                {day(overview.data.since)} to {day(overview.data.until)}, compared with the {days} days before
              </Typography>
              {notice && (
                <Box role="note" sx={{ display: "flex", gap: 1, alignItems: "center", mt: 0.5, fontSize: 13, color: "text.secondary" }}>
                  <SandboxBadge />
                  {notice}
                </Box>
              )}
            </>
          )
        }
        actions={
          <>
            <ChannelSelect value={channel ?? ""} all="All channels" onChange={(value) => choose("channel", value)} sx={{ width: 220 }} />
            <TextField
              select
              size="small"
              label="Days"
              value={String(days)}
              onChange={(event) => choose("days", event.target.value)}
              sx={{ width: 96 }}>
              {DAYS.map((one) => (
                <MenuItem key={one} value={String(one)}>
                  {one}
                </MenuItem>
              ))}
            </TextField>
            {!isAnalyst && (
              <Button component={Link} to={paths.ingest()} color="inherit">
                Ingest
              </Button>
            )}
          </>
        }
      />
      {overview.error && <ErrorAlert error={overview.error} onRetry={() => void overview.refetch()} />}
      {empty && (
        <EmptyState
          title="No data yet"
          body="Send events with the command ytempire ingest metrics, or with POST /api/v1/ingest/metrics and an API key with the scope ingest."
          action={
            <Button component={Link} to={paths.profile()} variant="contained">
              Create API key
            </Button>
          }
        />
      )}
      {overview.data && !empty && (
        <>
          <FactRow overview={overview.data} />
          {live.error ? <ErrorAlert error={live.error} onRetry={() => void live.refetch()} /> : live.data && <LiveViews live={live.data} />}
          <DailyViews days={overview.data.days} />
          {live.data && <TrendingVideos videos={live.data.videos} />}
          {channel === null && <Ranking days={days} />}
        </>
      )}
    </>
  );
}

const isEmpty = (figures: Metrics) => !figures.views && !figures.impressions && !figures.watch_time_minutes;
