import type { MaintenanceTask } from "../../../api/client";
import { duration, labelOf } from "../../../lib/format";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { interval, taskStatusOf, durationOf } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { OVERDUE_TASK } from "../../../ui/statuses";

const COLUMNS: Column<MaintenanceTask>[] = [
  { header: "Task", kind: "name", cell: (task) => labelOf(task.name), detail: (task) => task.description },
  { header: "Every", wrap: "never", cell: (task) => interval(task.interval_seconds) },
  { header: "Outcome", kind: "status", wrap: "anywhere", maxWidth: 320, cell: taskStatusOf, detail: (task) => task.last?.error },
  { header: "Last run", kind: "time", cell: (task) => task.last?.started_at, none: "never" },
  { header: "Duration", kind: "number", cell: (task) => duration(durationOf(task)) },
  { header: "Next due", wrap: "never", cell: (task) => <Due task={task} /> },
];

export function Tasks({ tasks }: { tasks: MaintenanceTask[] }) {
  return (
    <SubSection title="Maintenance" about="Runs automatically, in this order.">
      <DataTable alignTop stacked label="Maintenance" columns={COLUMNS} rows={tasks} rowKey={(task) => task.name} />
    </SubSection>
  );
}

function Due({ task }: { task: MaintenanceTask }) {
  const now = useNow(10_000);
  if (task.running) return <>–</>;
  if (task.overdue) return <StatusChip status={OVERDUE_TASK} />;
  return Date.parse(task.due_at) <= now ? <>now</> : <TimeAgo at={task.due_at} />;
}
