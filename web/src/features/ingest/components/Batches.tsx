import Button from "@mui/material/Button";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Batch } from "../../../api/client";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { batchesQuery, milliseconds, durationOf } from "../hooks/ingest";
import { type Column, DataTable } from "../../../ui/DataTable";
import { BATCH_STATUS } from "../../../ui/statuses";

const SOURCE: Record<Batch["source"], string> = { api: "API", file: "file", quarantine: "quarantine retry", youtube: "YouTube" };

const COLUMNS: Column<Batch>[] = [
  { header: "Received", kind: "time", cell: (one) => one.received_at },
  {
    header: "Source",
    isTitle: true,
    wrap: "anywhere",
    maxWidth: 260,
    cell: (one) => (
      <>
        {SOURCE[one.source]}
        {one.name && `: ${one.name}`}
      </>
    ),
  },
  { header: "Status", kind: "status", cell: (one) => BATCH_STATUS[one.committed_at ? "committed" : "unfinished"] },
  { header: "Events", kind: "number", cell: (one) => count(one.events) },
  { header: "New", kind: "number", cell: (one) => count(one.inserted) },
  { header: "Changed", kind: "number", cell: (one) => count(one.changed) },
  { header: "Unchanged", kind: "number", cell: (one) => count(one.unchanged + one.superseded) },
  { header: "Quarantine", kind: "number", cell: (one) => count(one.rejected) },
  { header: "Duration", kind: "number", cell: (one) => milliseconds(durationOf(one)) },
];

/** Ingest batches, newest first. */
export function Batches() {
  const found = useInfiniteQuery(batchesQuery());
  const batches = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SubSection
      title="Ingest batches"
      about={
        found.data && !batches.length ? "None in the last 90 days." : "Newest first. An unfinished batch can be sent again and counts once."
      }>
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      <DataTable stacked label="Ingest batches" columns={COLUMNS} rows={batches} rowKey={(one) => one.id} />
      {found.hasNextPage && (
        <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </SubSection>
  );
}
