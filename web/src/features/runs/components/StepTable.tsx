import Box from "@mui/material/Box";
import type { Run, Step } from "../../../api/client";
import { duration, labelOf } from "../../../lib/format";
import { Money } from "../../../ui/Money";
import { useNow } from "../../../ui/useNow";
import { useStepProgress } from "../hooks/progress";
import { type Column, DataTable } from "../../../ui/DataTable";
import { RUN_STATUS } from "../../../ui/statuses";

export function StepTable({ run }: { run: Run }) {
  const columns: Column<Step>[] = [
    { kind: "mark", width: 16, cell: (step) => RUN_STATUS[step.status] },
    { header: "Step", cell: (step) => <StepName run={run} step={step} /> },
    {
      header: "Provider",
      isMuted: true,
      cell: (step) => (
        <>
          {step.provider}
          {step.attempts > 1 && ` (attempt ${step.attempts})`}
        </>
      ),
    },
    {
      header: "Time",
      kind: "number",
      cell: (step) => (step.status === "running" ? <Elapsed since={step.started_at} /> : step.attempts ? duration(step.seconds) : ""),
    },
    { header: "CPU", kind: "number", cell: (step) => isOver(step) && duration(step.cpu_seconds) },
    { header: "Cost", kind: "number", cell: (step) => isOver(step) && <Money amount={step.cost_usd} /> },
  ];
  return <DataTable alignTop label="Steps" columns={columns} rows={run.steps} rowKey={(step) => step.name} isMuted={isIdle} />;
}

const isIdle = ({ status }: Step) => status === "pending" || status === "cancelled";
const isOver = ({ attempts, status }: Step) => attempts > 0 && status !== "running";

function StepName({ run, step }: { run: Run; step: Step }) {
  const progress = useStepProgress(run.id, step);
  return (
    <>
      {labelOf(step.name)}
      {step.status === "running" && <Bar fraction={progress} label={labelOf(step.name)} />}
      {step.error && (
        <Box sx={{ color: step.status === "refused" ? "warning.main" : "error.main", mt: 0.5 }}>
          {step.error.message} {step.error.hint}
        </Box>
      )}
    </>
  );
}

function Elapsed({ since }: { since: string | null }) {
  const now = useNow(250);
  return <>{since ? duration(Math.max(0, now - Date.parse(since)) / 1000) : ""}</>;
}

/** A bar where there is a length to know; else only the words. */
function Bar({ fraction, label }: { fraction: number; label: string }) {
  if (fraction <= 0) return null;
  const percent = Math.round(fraction * 100);
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1, mt: 0.75 }}>
      <Box
        role="progressbar"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        sx={{ height: 4, borderRadius: 2, bgcolor: "sunken", flex: 1, maxWidth: 220, overflow: "hidden" }}>
        <Box sx={{ height: 1, width: `${percent}%`, bgcolor: "primary.main", transition: "width 250ms ease-out" }} />
      </Box>
      <Box component="span" sx={{ fontSize: 12, color: "text.secondary", fontVariantNumeric: "tabular-nums" }}>
        {percent} %
      </Box>
    </Box>
  );
}
