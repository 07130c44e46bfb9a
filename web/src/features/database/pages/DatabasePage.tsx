import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { DatabaseHealth } from "../../../api/client";
import { bytes } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { TimeAgo } from "../../../ui/TimeAgo";
import { Alerts } from "../components/Alerts";
import { Report } from "../components/Report";
import { Tables } from "../components/Tables";
import { Tasks } from "../components/Tasks";
import { healthQuery, verdict } from "../hooks/health";

export function DatabasePage() {
  const found = useQuery(healthQuery());
  const health = found.data;
  return (
    <>
      <PageHeader title="Database" below={health && <Summary health={health} />} />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {health && (
        <>
          <Alerts open={health.alerts} />
          <Report report={health.report} />
          <Tasks tasks={health.tasks} />
          <Tables tables={health.tables} measuredAt={health.measured_at} />
        </>
      )}
    </>
  );
}

function Summary({ health }: { health: DatabaseHealth }) {
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
      {health.report && (
        <span>
          checked <TimeAgo at={health.report.checked_at} />
        </span>
      )}
      <span>{bytes(health.size_bytes)}</span>
      <span>
        {health.connections.used} of {health.connections.max} connections
      </span>
      <span>schema {health.schema_revision}</span>
      <span>
        measured <TimeAgo at={health.measured_at} />
      </span>
    </Box>
  );
}
