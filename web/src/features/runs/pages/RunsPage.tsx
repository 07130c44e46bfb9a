import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { ListedRun } from "../../../api/client";
import { paths } from "../../../app/paths";
import { duration, labelOf } from "../../../lib/format";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Money } from "../../../ui/Money";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { NewRunDialog } from "../components/NewRunDialog";
import { lengthOf } from "../hooks/progress";
import { isActive, runsQuery } from "../hooks/queries";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

const Row = styled(TableRow)(({ theme }) => ({
  position: "relative",
  "&:hover": { background: theme.palette.sunken },
  "&:focus-within": { background: theme.palette.sunken },
}));
// the link of a row covers the row, so that it is one target for mouse and keyboard
const RowLink = styled(Link)({
  color: "inherit",
  textDecoration: "none",
  fontWeight: 550,
  "&::after": { content: '""', position: "absolute", inset: 0 },
});

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
      {items.length > 0 && <RunTable runs={items} />}
      {creating && <NewRunDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function RunTable({ runs }: { runs: ListedRun[] }) {
  return (
    <Table aria-label="Runs">
      <TableHead>
        <TableRow>
          <TableCell>Video</TableCell>
          <TableCell>Status</TableCell>
          <TableCell>Step</TableCell>
          <TableCell>Channel</TableCell>
          <TableCell>Requested</TableCell>
          <TableCell sx={number}>Duration</TableCell>
          <TableCell sx={number}>Length</TableCell>
          <TableCell sx={number}>Cost</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </TableBody>
    </Table>
  );
}

function RunRow({ run }: { run: ListedRun }) {
  return (
    <Row>
      <TableCell sx={{ maxWidth: 460 }}>
        <RowLink to={paths.run(run.id)}>{run.title}</RowLink>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>{run.source_name}</Box>
      </TableCell>
      <TableCell>
        <StatusChip status={run.status} />
      </TableCell>
      <TableCell sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
        <Position run={run} />
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>{run.channel_name}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={run.created_at} />
      </TableCell>
      <TableCell sx={number}>
        <Duration run={run} />
      </TableCell>
      <TableCell sx={number}>{lengthOf(run)}</TableCell>
      <TableCell sx={number}>
        <Money amount={run.cost_usd} />
      </TableCell>
    </Row>
  );
}

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
