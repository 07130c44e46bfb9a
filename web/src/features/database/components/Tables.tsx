import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import type { DatabaseTable } from "../../../api/client";
import { bytes, exactCount } from "../../../lib/format";
import { Monospace } from "../../../ui/Monospace";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { dayOf, reach } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";

const FEW = 12;
const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
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
      <Table size="small" aria-label="Tables">
        <TableHead>
          <TableRow>
            <TableCell>Table</TableCell>
            <TableCell sx={number}>Size</TableCell>
            <TableCell sx={{ width: 144 }} />
            <TableCell sx={number}>Rows (estimated)</TableCell>
            <TableCell>Estimated</TableCell>
            <TableCell>Partitions through</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {(all ? tables : few).map((one) => (
            <Row key={one.name} table={one} largest={largest} now={Date.parse(measuredAt)} />
          ))}
        </TableBody>
      </Table>
      {few.length < tables.length && (
        <Button size="small" color="inherit" aria-expanded={all} sx={{ mt: 1, ml: "7px" }} onClick={() => setAll(!all)}>
          {all ? "Show largest only" : `Show all ${tables.length}`}
        </Button>
      )}
    </SubSection>
  );
}

function Row({ table, largest, now }: { table: DatabaseTable; largest: number; now: number }) {
  return (
    <TableRow>
      <TableCell>
        <Monospace>{table.name}</Monospace>
      </TableCell>
      <TableCell sx={number}>{bytes(table.size_bytes)}</TableCell>
      <TableCell aria-hidden>
        <Box sx={{ height: 6, borderRadius: 1, bgcolor: "sunken" }}>
          <Box
            sx={{ height: 1, borderRadius: 1, bgcolor: "text.secondary", width: `${largest ? (100 * table.size_bytes) / largest : 0}%` }}
          />
        </Box>
      </TableCell>
      <TableCell sx={number}>
        {table.rows === null ? (
          <Box component="span" sx={quiet}>
            not yet
          </Box>
        ) : (
          exactCount(table.rows)
        )}
      </TableCell>
      <TableCell sx={{ ...quiet, whiteSpace: "nowrap" }}>
        {table.rows_estimated_at ? <TimeAgo at={table.rows_estimated_at} /> : "–"}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {table.partitions_until ? (
          <Until at={table.partitions_until} now={now} />
        ) : (
          <Box component="span" sx={quiet}>
            –
          </Box>
        )}
      </TableCell>
    </TableRow>
  );
}

function Until({ at, now }: { at: string; now: number }) {
  const left = reach(at, now);
  return (
    <Box component="span" sx={{ display: "inline-flex", gap: 1.5 }}>
      {dayOf(at)}
      {left.mark ? (
        <State tone={left.tone} mark={left.mark}>
          {left.text}
        </State>
      ) : (
        <Box component="span" sx={quiet}>
          {left.text}
        </Box>
      )}
    </Box>
  );
}
