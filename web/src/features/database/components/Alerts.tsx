import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Alert } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import { closedAlertsQuery, SEVERITY } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";

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
      {open.length > 0 && <AlertTable name="Open alerts" alerts={open} />}
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
      {alerts.length > 0 && <AlertTable name="Closed alerts" alerts={alerts} />}
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function AlertTable({ name, alerts }: { name: string; alerts: Alert[] }) {
  return (
    <Table size="small" aria-label={name} sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: 112 }}>Severity</TableCell>
          <TableCell>Problem</TableCell>
          <TableCell sx={{ width: "34%" }}>Remedy</TableCell>
          <TableCell sx={{ width: 128 }}>Opened</TableCell>
          <TableCell sx={{ width: 128 }}>Last seen</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {alerts.map((one) => (
          <TableRow key={one.id}>
            <TableCell>
              {one.closed_at ? (
                <State tone="muted" mark="–">
                  closed
                </State>
              ) : (
                <State tone={SEVERITY[one.severity].tone} mark={SEVERITY[one.severity].mark}>
                  {SEVERITY[one.severity].text}
                </State>
              )}
            </TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{one.message}</TableCell>
            <TableCell>
              <WithCommands>{one.remedy}</WithCommands>
            </TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>
              <TimeAgo at={one.opened_at} />
            </TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>
              <TimeAgo at={one.last_seen_at} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
