import Button from "@mui/material/Button";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { ChannelSelect } from "../../channels/components/ChannelSelect";
import { AlertRules } from "../components/AlertRules";
import { AlertTable } from "../components/AlertTable";
import { ALERT_STATES, type AlertState, alertsQuery } from "../hooks/alerts";

const EMPTY: Record<AlertState, { title: string; body: string }> = {
  active: { title: "No active alerts", body: "Nothing needs your attention. An alert is opened when one of the rules below applies." },
  acknowledged: { title: "No acknowledged alerts", body: "Acknowledge an active alert to show others that you are working on it." },
  closed: { title: "No closed alerts", body: "An alert closes when its cause is gone, and is kept here for a year." },
};

/** What is wrong on the channels and with the installation, and who works on it. */
export function AlertsPage() {
  const [search, setSearch] = useSearchParams();
  const state: AlertState = ALERT_STATES.find((one) => one === search.get("state")) ?? "active";
  const channel = search.get("channel");
  const found = useInfiniteQuery(alertsQuery(state, channel));
  const alerts = found.data?.pages.flatMap((page) => page.items) ?? [];
  const go = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  return (
    <>
      <PageHeader
        title="Alerts"
        below={
          <Typography sx={{ color: "text.secondary", mt: 0.5 }}>
            What is wrong or remarkable, until it is over. Acknowledge an alert to show that you are working on it.
          </Typography>
        }
        actions={
          <>
            <ChannelSelect value={channel ?? ""} all="All" onChange={(value) => go("channel", value)} sx={{ width: 200 }} />
            <ToggleButtonGroup
              exclusive
              size="small"
              aria-label="State"
              value={state}
              onChange={(_, next: AlertState | null) => next && go("state", next)}>
              {ALERT_STATES.map((one) => (
                <ToggleButton key={one} value={one} sx={{ textTransform: "none", px: 2 }}>
                  {labelOf(one)}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
          </>
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !alerts.length && <EmptyState {...EMPTY[state]} />}
      <AlertTable alerts={alerts} state={state} isStale={found.isPlaceholderData} />
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
      <AlertRules />
    </>
  );
}
