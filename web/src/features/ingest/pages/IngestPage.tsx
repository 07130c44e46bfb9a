import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { IngestHealth } from "../../../api/client";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { TimeAgo } from "../../../ui/TimeAgo";
import { Batches } from "../components/Batches";
import { Quarantine } from "../components/Quarantine";
import { RollupCheck } from "../components/RollupCheck";
import { healthQuery, milliseconds, verdict } from "../hooks/ingest";

/** Whether events come in, and whether the rollups are right. */
export function IngestPage() {
  const found = useQuery(healthQuery());
  return (
    <>
      <PageHeader title="Ingest" below={found.data && <Summary health={found.data} />} />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <Quarantine count={found.data.in_quarantine} />
          <RollupCheck waiting={found.data.pending_rebuilds} />
          <Batches />
        </>
      )}
    </>
  );
}

function Summary({ health }: { health: IngestHealth }) {
  const state = verdict(health);
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 2,
        rowGap: 0.5,
        mt: 0.5,
        color: "text.secondary",
        fontVariantNumeric: "tabular-nums",
      }}>
      <StatusChip status={state} />
      <span>
        last hour: {count(health.events)} events in {count(health.batches)} batches
      </span>
      {health.p50_ms !== null && (
        <span>
          committed within {milliseconds(health.p50_ms)} (median), 99 % within {milliseconds(health.p99_ms)}
        </span>
      )}
      {health.last_committed_at && (
        <span>
          last commit <TimeAgo at={health.last_committed_at} />
        </span>
      )}
    </Box>
  );
}
