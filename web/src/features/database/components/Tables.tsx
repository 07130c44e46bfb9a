import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import type { DatabaseTable } from "../../../api/client";
import { bytes, exactCount } from "../../../lib/format";
import { Monospace } from "../../../ui/Monospace";
import { TimeAgo } from "../../../ui/TimeAgo";
import { dayOf, reach } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";

const FEW = 12;
const quiet = { color: "text.secondary" } as const;

export function Tables({ tables, measuredAt }: { tables: DatabaseTable[]; measuredAt: string }) {
  const [all, setAll] = useState(false);
  const largest = tables[0]?.size_bytes ?? 0;
  // what ends soonest must not hide among the small ones
  const few = tables.filter((one, at) => at < FEW || one.partitions_until !== null);
  return (
    <SubSection
      title="Tables"
      about="Largest first. Sizes include indexes and partitions; rows are estimates."
      aside={
        <>
          sizes <TimeAgo at={measuredAt} />
        </>
      }>
      <DataTable label="Tables" columns={columnsOf(largest, Date.parse(measuredAt))} rows={all ? tables : few} rowKey={(one) => one.name} />
      {few.length < tables.length && (
        <Button size="small" color="inherit" aria-expanded={all} sx={{ mt: 1, ml: "7px" }} onClick={() => setAll(!all)}>
          {all ? "Show largest only" : `Show all ${tables.length}`}
        </Button>
      )}
    </SubSection>
  );
}

const columnsOf = (largest: number, now: number): Column<DatabaseTable>[] => [
  { header: "Table", cell: (one) => <Monospace>{one.name}</Monospace> },
  { header: "Size", kind: "number", cell: (one) => bytes(one.size_bytes) },
  { width: 144, cell: (one) => <SizeBar share={largest ? one.size_bytes / largest : 0} /> },
  {
    header: "Rows (estimated)",
    kind: "number",
    cell: (one) =>
      one.rows === null ? (
        <Box component="span" sx={quiet}>
          not yet
        </Box>
      ) : (
        exactCount(one.rows)
      ),
  },
  { header: "Estimated", kind: "time", isMuted: true, cell: (one) => one.rows_estimated_at },
  {
    header: "Partitions through",
    wrap: "never",
    cell: (one) =>
      one.partitions_until ? (
        <Until at={one.partitions_until} now={now} />
      ) : (
        <Box component="span" sx={quiet}>
          –
        </Box>
      ),
  },
];

/** The size beside it, compared with that of the largest. */
function SizeBar({ share }: { share: number }) {
  return (
    <Box aria-hidden sx={{ height: 6, borderRadius: 1, bgcolor: "sunken" }}>
      <Box sx={{ height: 1, borderRadius: 1, bgcolor: "text.secondary", width: `${100 * share}%` }} />
    </Box>
  );
}

function Until({ at, now }: { at: string; now: number }) {
  const left = reach(at, now);
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 1.5 }}>
      {dayOf(at)}
      <StatusChip status={left} />
    </Box>
  );
}
