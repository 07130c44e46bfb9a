import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { QuarantinedLine } from "../../../api/client";
import { count as say } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { SubSection } from "../../../ui/SubSection";
import { TimeAgo } from "../../../ui/TimeAgo";
import { quarantineQuery, useDeleteQuarantined, useRetry } from "../hooks/ingest";

/** Lines that could not be ingested, with the reason and a retry. */
export function Quarantine({ count }: { count: number }) {
  const found = useInfiniteQuery(quarantineQuery());
  const [retry, drop, confirm] = [useRetry(), useDeleteQuarantined(), useConfirm((state) => state.ask)];
  const lines = found.data?.pages.flatMap((page) => page.items) ?? [];
  const deleteAll = () =>
    confirm({
      title: `Delete all ${say(count)} lines?`,
      body: "They are deleted permanently. This cannot be undone.",
      action: "Delete lines",
      onConfirm: () => drop.mutate(null),
    });
  return (
    <SubSection
      title="Quarantine"
      about={count ? "Lines that could not be ingested. They are kept for 7 days." : "The quarantine is empty."}
      aside={
        count > 0 && (
          <>
            <Button size="small" loading={retry.isPending} onClick={() => retry.mutate(null)}>
              Retry all
            </Button>
            <Button size="small" color="inherit" sx={{ color: "text.secondary" }} loading={drop.isPending} onClick={deleteAll}>
              Delete all
            </Button>
          </>
        )
      }>
      {(found.error ?? retry.error ?? drop.error) && (
        <ErrorAlert error={(found.error ?? retry.error ?? drop.error)!} onRetry={() => void found.refetch()} />
      )}
      <Box role="status" sx={{ color: "text.secondary" }}>
        {retry.data && `${say(retry.data.ingested)} of ${say(retry.data.attempted)} lines were ingested.`}
      </Box>
      {lines.length > 0 && (
        <Table size="small" aria-label="Quarantine" sx={{ "& td": { verticalAlign: "top" } }}>
          <TableHead>
            <TableRow>
              <TableCell sx={{ width: 128 }}>Received</TableCell>
              <TableCell sx={{ width: "32%" }}>Problem</TableCell>
              <TableCell>Line</TableCell>
              <TableCell sx={{ textAlign: "right" }}>Attempts</TableCell>
              <TableCell />
            </TableRow>
          </TableHead>
          <TableBody>
            {lines.map((one) => (
              <Line key={one.id} line={one} onRetry={() => retry.mutate([one.id])} onDelete={() => drop.mutate([one.id])} />
            ))}
          </TableBody>
        </Table>
      )}
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </SubSection>
  );
}

function Line({ line, onRetry, onDelete }: { line: QuarantinedLine; onRetry: () => void; onDelete: () => void }) {
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={line.received_at} />
      </TableCell>
      <TableCell sx={{ overflowWrap: "anywhere" }}>{line.reason}</TableCell>
      <TableCell sx={{ overflowWrap: "anywhere", maxWidth: 480 }}>
        <Monospace>{`${line.line}: ${line.content.slice(0, 240)}${line.content.length > 240 ? "…" : ""}`}</Monospace>
      </TableCell>
      <TableCell sx={{ textAlign: "right" }}>{line.retry_count}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap", textAlign: "right" }}>
        {!line.truncated && (
          <Button size="small" onClick={onRetry} aria-label={`Retry line ${line.line}`}>
            Retry
          </Button>
        )}
        <Button size="small" color="inherit" sx={{ color: "text.secondary" }} onClick={onDelete} aria-label={`Delete line ${line.line}`}>
          Delete
        </Button>
      </TableCell>
    </TableRow>
  );
}
