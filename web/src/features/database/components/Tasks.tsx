import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { MaintenanceTask } from "../../../api/client";
import { duration, words } from "../../../lib/format";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { interval, standingOf, took } from "../hooks/health";
import { Part } from "../../../ui/Part";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function Tasks({ tasks }: { tasks: MaintenanceTask[] }) {
  return (
    <Part title="Maintenance" about="Done by itself, in this order.">
      <Table size="small" aria-label="Maintenance" sx={{ "& td": { verticalAlign: "top" } }}>
        <TableHead><TableRow><TableCell>Task</TableCell><TableCell>Every</TableCell><TableCell>Outcome</TableCell><TableCell>Last run</TableCell><TableCell sx={number}>Took</TableCell><TableCell>Next due</TableCell></TableRow></TableHead>
        <TableBody>{tasks.map((task) => <TaskRow key={task.name} task={task} />)}</TableBody>
      </Table>
    </Part>
  );
}

function TaskRow({ task }: { task: MaintenanceTask }) {
  const standing = standingOf(task);
  return (
    <TableRow>
      <TableCell>
        <Box sx={{ fontWeight: 550 }}>{words(task.name)}</Box>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>{task.does}</Box>
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>{interval(task.every_s)}</TableCell>
      <TableCell sx={{ maxWidth: 320 }}>
        <State tone={standing.tone} mark={standing.mark}>{standing.words}</State>
        {task.last?.error && <Box sx={{ fontSize: 12, color: "text.secondary", overflowWrap: "anywhere" }}>{task.last.error}</Box>}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>{task.last ? <TimeAgo at={task.last.started_at} /> : <Box component="span" sx={{ color: "text.secondary" }}>never</Box>}</TableCell>
      <TableCell sx={number}>{duration(took(task))}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}><Due task={task} /></TableCell>
    </TableRow>
  );
}

function Due({ task }: { task: MaintenanceTask }) {
  const now = useNow(10_000);
  if (task.running) return <>–</>;
  if (task.overdue) return <State tone="warning" mark="!">overdue</State>;
  return Date.parse(task.due_at) <= now ? <>now</> : <TimeAgo at={task.due_at} />;
}
