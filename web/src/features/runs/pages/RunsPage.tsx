import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ListedRun } from "../../../api/client";
import { paths } from "../../../app/paths";
import { duration, labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { useNow } from "../../../ui/useNow";
import { NewRunDialog } from "../components/NewRunDialog";
import { lengthOf } from "../hooks/progress";
import { isActive, runsQuery } from "../hooks/queries";
import { type Column, DataTable } from "../../../ui/DataTable";
import { RUN_STATUS } from "../../../ui/statuses";

export function RunsPage() {
  const [creating, setCreating] = useState(false);
  const runs = useQuery(runsQuery());
  const items = runs.data?.items ?? [];
  const active = items.filter(isActive).length;
  const create = (
    <Button variant="contained" onClick={() => setCreating(true)}>
      New video
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Runs"
        actions={create}
        below={
          runs.data && (
            <Typography sx={{ color: "text.secondary" }}>
              {active ? `${active} in progress` : "None in progress"}
              {items.length ? `, ${items.length}${runs.data.next_cursor ? "+" : ""} in total` : ""}
            </Typography>
          )
        }
      />
      {runs.error && <ErrorAlert error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.data && !items.length && (
        <EmptyState title="No runs yet" body="A run turns one text into one finished, reviewed video." action={create} />
      )}
      <DataTable stacked label="Runs" columns={COLUMNS} rows={items} rowKey={(run) => run.id} />
      {creating && <NewRunDialog onClose={() => setCreating(false)} />}
    </>
  );
}

const COLUMNS: Column<ListedRun>[] = [
  {
    header: "Video",
    kind: "name",
    maxWidth: 460,
    linkTo: (run) => paths.run(run.id),
    cell: (run) => run.title,
    detail: (run) => run.source_name,
  },
  { header: "Status", kind: "status", cell: (run) => RUN_STATUS[run.status] },
  { header: "Step", isMuted: true, wrap: "never", cell: (run) => <Position run={run} /> },
  { header: "Channel", wrap: "never", cell: (run) => run.channel_name },
  { header: "Requested", kind: "time", cell: (run) => run.created_at },
  { header: "Duration", kind: "number", cell: (run) => <Duration run={run} /> },
  { header: "Length", kind: "number", cell: lengthOf },
  { header: "Cost", kind: "money", cell: (run) => run.cost_usd },
];

function Position({ run }: { run: ListedRun }) {
  const at = run.steps.findIndex((step) => step.status !== "completed");
  if (at < 0) return <>all {run.steps.length} steps</>;
  return (
    <>
      {labelOf(run.steps[at]!.name)}, {at + 1} of {run.steps.length}
    </>
  );
}

function Duration({ run }: { run: ListedRun }) {
  const now = useNow(1000);
  if (!run.started_at) return <>–</>;
  const end = run.completed_at ? Date.parse(run.completed_at) : now;
  return <>{duration(Math.max(0, end - Date.parse(run.started_at)) / 1000)}</>;
}
