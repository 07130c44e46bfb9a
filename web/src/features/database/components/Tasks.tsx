import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { MaintenanceTask } from "../../../api/client";
import { duration, labelOf } from "../../../lib/format";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { interval, taskStatusOf, durationOf } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function Tasks({ tasks }: { tasks: MaintenanceTask[] }) {
  return (
    <SubSection title="Maintenance" about="Runs automatically, in this order.">
      <Table size="small" aria-label="Maintenance" sx={{ "& td": { verticalAlign: "top" } }}>
        <TableHead>
          <TableRow>
            <TableCell>Task</TableCell>
            <TableCell>Every</TableCell>
            <TableCell>Outcome</TableCell>
            <TableCell>Last run</TableCell>
            <TableCell sx={number}>Duration</TableCell>
            <TableCell>Next due</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {tasks.map((task) => (
            <TaskRow key={task.name} task={task} />
          ))}
        </TableBody>
      </Table>
    </SubSection>
  );
}

function TaskRow({ task }: { task: MaintenanceTask }) {
  const status = taskStatusOf(task);
  return (
    <TableRow>
      <TableCell>
        <Box sx={{ fontWeight: 550 }}>{labelOf(task.name)}</Box>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>{task.description}</Box>
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>{interval(task.interval_seconds)}</TableCell>
      <TableCell sx={{ maxWidth: 320 }}>
        <State tone={status.tone} mark={status.mark}>
          {status.text}
        </State>
        {task.last?.error && <Box sx={{ fontSize: 12, color: "text.secondary", overflowWrap: "anywhere" }}>{task.last.error}</Box>}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {task.last ? (
          <TimeAgo at={task.last.started_at} />
        ) : (
          <Box component="span" sx={{ color: "text.secondary" }}>
            never
          </Box>
        )}
      </TableCell>
      <TableCell sx={number}>{duration(durationOf(task))}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <Due task={task} />
      </TableCell>
    </TableRow>
  );
}

function Due({ task }: { task: MaintenanceTask }) {
  const now = useNow(10_000);
  if (task.running) return <>–</>;
  if (task.overdue)
    return (
      <State tone="warning" mark="!">
        overdue
      </State>
    );
  return Date.parse(task.due_at) <= now ? <>now</> : <TimeAgo at={task.due_at} />;
}
