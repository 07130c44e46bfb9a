import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ChannelCollection, Gap, Reconciliation } from "../../../api/client";
import { day, moment } from "../../../lib/dates";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { FactList } from "../../../ui/FactList";
import { Section } from "../../../ui/Section";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { channelCollectionQuery, offBy } from "../hooks/collection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { FRESHNESS, GAP_SEVERITY, RECONCILIATION_STATUS } from "../../../ui/statuses";

const quiet = { color: "text.secondary" } as const;
const SHOWN = 7;

/** How fresh the channel's metrics are, and what is missing. */
export function CollectionSection({ id }: { id: string }) {
  const found = useQuery(channelCollectionQuery(id));
  return (
    <Section
      title="Data collection"
      about="Views, likes and comments are YouTube's counters, read every five minutes for new videos. Revenue and watch time come from YouTube's reports, two to three days late.">
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data === null && <Box sx={quiet}>No video of this channel is live on YouTube yet.</Box>}
      {found.data && <Measured measured={found.data} />}
    </Section>
  );
}

function Measured({ measured: { counters, reports, gaps, reconciliation, last_error } }: { measured: ChannelCollection }) {
  return (
    <>
      <FactList
        facts={{
          Counters: (
            <>
              <StatusChip status={FRESHNESS[counters.freshness]} />{" "}
              <Box component="span" sx={{ ...quiet, ml: 1 }}>
                of {count(counters.videos)} {counters.videos === 1 ? "video" : "videos"}
                {counters.read_at && (
                  <>
                    , last read <TimeAgo at={counters.read_at} />
                  </>
                )}
              </Box>
            </>
          ),
          ...(counters.missing > 0 && { "Not listed": `${count(counters.missing)} no longer listed by YouTube` }),
          Reports: reports.reported_through ? (
            <>
              through {reports.reported_through}
              {reports.revenue_reported_through !== reports.reported_through &&
                `, revenue ${reports.revenue_reported_through ? `through ${reports.revenue_reported_through}` : "not yet"}`}
              {reports.read_at && (
                <Box component="span" sx={quiet}>
                  , read <TimeAgo at={reports.read_at} />
                </Box>
              )}
            </>
          ) : (
            "none yet: they are two to three days late"
          ),
          ...(reports.missing.length > 0 && { "Missing permission": `${reports.missing.join(", ")}: connect again and select it` }),
          "Our totals": (
            <>
              <StatusChip status={RECONCILIATION_STATUS[reconciliation.status]} />
              {reconciliation.relative_difference !== null && (
                <Box component="span" sx={{ ...quiet, ml: 1 }}>
                  {count(reconciliation.views_counted)} views counted, {count(reconciliation.views_reported)} reported
                </Box>
              )}
            </>
          ),
          ...(last_error && { "Last error": <LastError error={last_error} /> }),
          ...(reports.last_error && { "Report error": <LastError error={reports.last_error} /> }),
        }}
      />
      {gaps.length > 0 && <Gaps gaps={gaps} />}
      {reconciliation.days.length > 0 && <Days reconciliation={reconciliation} />}
    </>
  );
}

function LastError({ error }: { error: NonNullable<ChannelCollection["last_error"]> }) {
  return (
    <Box sx={{ color: "warning.main" }}>
      ! {error.message} {error.hint}
    </Box>
  );
}

function Gaps({ gaps }: { gaps: Gap[] }) {
  const zone = useZone();
  const columns: Column<Gap>[] = [
    { header: "Start", wrap: "never", cell: (one) => moment(one.since, zone) },
    { header: "End", wrap: "never", cell: (one) => (one.until ? moment(one.until, zone) : "open") },
    { header: "Length", kind: "status", cell: (one) => GAP_SEVERITY[one.severity] },
    { header: "Reason", isMuted: true, isWide: true, cell: (one) => one.reason },
  ];
  return (
    <>
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>
        Gaps
      </Typography>
      <DataTable stacked label="Gaps" columns={columns} rows={gaps} rowKey={(one) => one.since} />
    </>
  );
}

const DAY_COLUMNS: Column<Reconciliation["days"][number]>[] = [
  { header: "Pacific day", cell: (one) => day(one.day) },
  { header: "Counted", kind: "number", cell: (one) => count(one.views_counted) },
  { header: "Reported", kind: "number", cell: (one) => count(one.views_reported) },
  { header: "Difference", kind: "number", cell: (one) => offBy(one.views_counted, one.views_reported) },
  { header: "Updated", kind: "time", align: "right", cell: (one) => one.fetched_at },
];

function Days({ reconciliation: { days } }: { reconciliation: Reconciliation }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>
        Views: our totals and YouTube's reports
      </Typography>
      <DataTable
        label="Views counted and reported"
        columns={DAY_COLUMNS}
        rows={all ? days : days.slice(0, SHOWN)}
        rowKey={(one) => one.day}
        sx={{ maxWidth: 640 }}
      />
      {days.length > SHOWN && (
        <Button size="small" color="inherit" sx={{ mt: 1, ...quiet }} onClick={() => setAll(!all)}>
          {all ? "Show 7 days" : `Show all ${days.length} days`}
        </Button>
      )}
    </>
  );
}
