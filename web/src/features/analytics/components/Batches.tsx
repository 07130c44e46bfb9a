import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Batch } from "../../../api/client";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { batchesQuery, milliseconds, durationOf } from "../hooks/ingest";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const SOURCE: Record<Batch["source"], string> = { api: "API", file: "file", quarantine: "quarantine retry", youtube: "YouTube" };

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
      {batches.length > 0 && (
        <Table size="small" aria-label="Ingest batches">
          <TableHead>
            <TableRow>
              <TableCell>Received</TableCell>
              <TableCell>Source</TableCell>
              <TableCell>Status</TableCell>
              <TableCell sx={right}>Events</TableCell>
              <TableCell sx={right}>New</TableCell>
              <TableCell sx={right}>Changed</TableCell>
              <TableCell sx={right}>Unchanged</TableCell>
              <TableCell sx={right}>Quarantine</TableCell>
              <TableCell sx={right}>Duration</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {batches.map((one) => (
              <TableRow key={one.id}>
                <TableCell sx={{ whiteSpace: "nowrap" }}>
                  <TimeAgo at={one.received_at} />
                </TableCell>
                <TableCell sx={{ maxWidth: 260, overflowWrap: "anywhere" }}>
                  {SOURCE[one.source]}
                  {one.name && `: ${one.name}`}
                </TableCell>
                <TableCell>
                  {one.committed_at ? (
                    <State tone="success" mark="✓">
                      committed
                    </State>
                  ) : (
                    <State tone="warning" mark="!">
                      unfinished
                    </State>
                  )}
                </TableCell>
                <TableCell sx={right}>{count(one.events)}</TableCell>
                <TableCell sx={right}>{count(one.inserted)}</TableCell>
                <TableCell sx={right}>{count(one.changed)}</TableCell>
                <TableCell sx={right}>{count(one.unchanged + one.superseded)}</TableCell>
                <TableCell sx={right}>{count(one.rejected)}</TableCell>
                <TableCell sx={right}>{milliseconds(durationOf(one))}</TableCell>
              </TableRow>
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
