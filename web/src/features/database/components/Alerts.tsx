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
import { ErrorNote } from "../../../ui/ErrorNote";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import { closedAlertsQuery, SEVERITY } from "../hooks/health";
import { Part } from "../../../ui/Part";

/** What somebody must look at; it closes by itself when it is gone. */
export function Alerts({ open }: { open: Alert[] }) {
  const [earlier, setEarlier] = useState(false);
  return (
    <Part title="Open alerts" about={open.length ? "Each closes by itself once it is gone." : "None."}
      aside={<Button size="small" color="inherit" aria-expanded={earlier} sx={{ mr: "-5px", color: "text.secondary" }} onClick={() => setEarlier(!earlier)}>{earlier ? "Hide earlier ones" : "Show earlier ones"}</Button>}>
      {open.length > 0 && <AlertTable name="Open alerts" alerts={open} />}
      {earlier && <Closed />}
    </Part>
  );
}

function Closed() {
  const found = useInfiniteQuery(closedAlertsQuery());
  const alerts = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data && !alerts.length) return <Box sx={{ color: "text.secondary", mt: 1 }}>No alert has been closed yet.</Box>;
  return (
    <>
      {alerts.length > 0 && <AlertTable name="Earlier alerts" alerts={alerts} />}
      {found.hasNextPage && <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button>}
    </>
  );
}

function AlertTable({ name, alerts }: { name: string; alerts: Alert[] }) {
  return (
    <Table size="small" aria-label={name} sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead><TableRow><TableCell sx={{ width: 112 }}>Severity</TableCell><TableCell>What is wrong</TableCell><TableCell sx={{ width: "34%" }}>What to do</TableCell><TableCell sx={{ width: 128 }}>Since</TableCell><TableCell sx={{ width: 128 }}>Last seen</TableCell></TableRow></TableHead>
      <TableBody>
        {alerts.map((one) => (
          <TableRow key={one.id}>
            <TableCell>{one.closed_at ? <State tone="muted" mark="–">closed</State> : <State tone={SEVERITY[one.severity].tone} mark={SEVERITY[one.severity].mark}>{SEVERITY[one.severity].words}</State>}</TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{one.message}</TableCell>
            <TableCell><WithCommands>{one.todo}</WithCommands></TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}><TimeAgo at={one.opened_at} /></TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}><TimeAgo at={one.last_seen_at} /></TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
