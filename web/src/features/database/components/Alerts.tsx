import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Alert } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { WithCommands } from "../../../ui/WithCommands";
import { closedAlertsQuery } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { CLOSED_ALERT, SEVERITY } from "../../../ui/statuses";

/** What an administrator must look at; an alert closes automatically when it is resolved. */
export function Alerts({ open }: { open: Alert[] }) {
  const [earlier, setEarlier] = useState(false);
  return (
    <SubSection
      title="Open alerts"
      about={open.length ? "Each closes automatically when it is resolved." : "None."}
      aside={
        <Button
          size="small"
          color="inherit"
          aria-expanded={earlier}
          sx={{ mr: "-5px", color: "text.secondary" }}
          onClick={() => setEarlier(!earlier)}>
          {earlier ? "Hide closed" : "Show closed"}
        </Button>
      }>
      <AlertTable name="Open alerts" alerts={open} />
      {earlier && <Closed />}
    </SubSection>
  );
}

function Closed() {
  const found = useInfiniteQuery(closedAlertsQuery());
  const alerts = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data && !alerts.length) return <Box sx={{ color: "text.secondary", mt: 1 }}>No closed alerts.</Box>;
  return (
    <>
      <AlertTable name="Closed alerts" alerts={alerts} />
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

const COLUMNS: Column<Alert>[] = [
  { header: "Severity", kind: "status", width: 112, cell: (one) => (one.closed_at ? CLOSED_ALERT : SEVERITY[one.severity]) },
  { header: "Problem", isTitle: true, wrap: "anywhere", cell: (one) => one.title },
  { header: "Remedy", width: "34%", isWide: true, cell: (one) => <WithCommands>{one.message}</WithCommands> },
  { header: "Opened", kind: "time", width: 128, cell: (one) => one.opened_at },
  { header: "Last seen", kind: "time", width: 128, cell: (one) => one.last_seen_at },
];

function AlertTable({ name, alerts }: { name: string; alerts: Alert[] }) {
  return <DataTable alignTop stacked label={name} columns={COLUMNS} rows={alerts} rowKey={(one) => one.id} />;
}
