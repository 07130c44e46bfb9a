import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { QuarantinedLine } from "../../../api/client";
import { count as say } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { SubSection } from "../../../ui/SubSection";
import { quarantineQuery, useDeleteQuarantined, useRetry } from "../hooks/ingest";
import { type Column, DataTable } from "../../../ui/DataTable";

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
  const columns: Column<QuarantinedLine>[] = [
    { header: "Received", kind: "time", width: 128, cell: (one) => one.received_at },
    { header: "Problem", isTitle: true, wrap: "anywhere", width: "32%", cell: (one) => one.reason },
    {
      header: "Line",
      wrap: "anywhere",
      isWide: true,
      maxWidth: 480,
      cell: (one) => <Monospace>{`${one.line}: ${one.content.slice(0, 240)}${one.content.length > 240 ? "…" : ""}`}</Monospace>,
    },
    { header: "Attempts", kind: "number", cell: (one) => one.retry_count },
    {
      kind: "actions",
      cell: (one) => <LineActions line={one} onRetry={() => retry.mutate([one.id])} onDelete={() => drop.mutate([one.id])} />,
    },
  ];
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
      <DataTable alignTop stacked label="Quarantine" columns={columns} rows={lines} rowKey={(one) => one.id} />
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </SubSection>
  );
}

interface ActionsProps {
  line: QuarantinedLine;
  onRetry: () => void;
  onDelete: () => void;
}

function LineActions({ line, onRetry, onDelete }: ActionsProps) {
  return (
    <>
      {!line.truncated && (
        <Button size="small" onClick={onRetry} aria-label={`Retry line ${line.line}`}>
          Retry
        </Button>
      )}
      <Button size="small" color="inherit" sx={{ color: "text.secondary" }} onClick={onDelete} aria-label={`Delete line ${line.line}`}>
        Delete
      </Button>
    </>
  );
}
