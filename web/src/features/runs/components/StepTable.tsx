import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { Run, Step } from "../../../api/client";
import { duration, labelOf } from "../../../lib/format";
import { Money } from "../../../ui/Money";
import { StatusMark } from "../../../ui/StatusChip";
import { useNow } from "../../../ui/useNow";
import { useStepProgress } from "../hooks/progress";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function StepTable({ run }: { run: Run }) {
  return (
    <Table size="small" aria-label="Steps">
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: 16 }} />
          <TableCell>Step</TableCell>
          <TableCell>Provider</TableCell>
          <TableCell sx={number}>Time</TableCell>
          <TableCell sx={number}>CPU</TableCell>
          <TableCell sx={number}>Cost</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {run.steps.map((step) => (
          <StepRow key={step.name} run={run} step={step} />
        ))}
      </TableBody>
    </Table>
  );
}

function StepRow({ run, step }: { run: Run; step: Step }) {
  const progress = useStepProgress(run.id, step);
  const idle = step.status === "pending" || step.status === "cancelled";
  return (
    <TableRow sx={{ "& td": { color: idle ? "text.secondary" : undefined, verticalAlign: "top" } }}>
      <TableCell sx={{ pr: "0 !important" }}>
        <StatusMark status={step.status} />
      </TableCell>
      <TableCell>
        {labelOf(step.name)}
        {step.status === "running" && <Bar fraction={progress} label={labelOf(step.name)} />}
        {step.error && (
          <Box sx={{ color: step.status === "refused" ? "warning.main" : "error.main", mt: 0.5 }}>
            {step.error.message} {step.error.hint}
          </Box>
        )}
      </TableCell>
      <TableCell sx={{ color: "text.secondary" }}>
        {step.provider}
        {step.attempts > 1 && ` (attempt ${step.attempts})`}
      </TableCell>
      <TableCell sx={number}>
        {step.status === "running" ? <Elapsed since={step.started_at} /> : step.attempts ? duration(step.seconds) : ""}
      </TableCell>
      <TableCell sx={number}>{step.attempts && step.status !== "running" ? duration(step.cpu_seconds) : ""}</TableCell>
      <TableCell sx={number}>{step.attempts && step.status !== "running" ? <Money amount={step.cost_usd} /> : ""}</TableCell>
    </TableRow>
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
