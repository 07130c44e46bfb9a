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
import { ErrorNote } from "../../../ui/ErrorNote";
import { Mono } from "../../../ui/Mono";
import { Part } from "../../../ui/Part";
import { TimeAgo } from "../../../ui/TimeAgo";
import { quarantineQuery, useDrop, useRetry } from "../hooks/ingest";

/** Lines that could not go in: why, and again. */
export function Quarantine({ count }: { count: number }) {
  const found = useInfiniteQuery(quarantineQuery());
  const [retry, drop, confirm] = [useRetry(), useDrop(), useConfirm((state) => state.ask)];
  const lines = found.data?.pages.flatMap((page) => page.items) ?? [];
  const dropAll = () => confirm({ title: `Drop all ${say(count)} lines?`, body: "They are thrown away for good: what they said is then nowhere.", action: "Drop them", onConfirm: () => drop.mutate(null) });
  return (
    <Part title="Quarantine" about={count ? "Lines that could not go in. They are kept for 7 days." : "Nothing is in quarantine."}
      aside={count > 0 && <>
        <Button size="small" loading={retry.isPending} onClick={() => retry.mutate(null)}>Try all again</Button>
        <Button size="small" color="inherit" sx={{ color: "text.secondary" }} loading={drop.isPending} onClick={dropAll}>Drop all</Button>
      </>}>
      {(found.error ?? retry.error ?? drop.error) && <ErrorNote error={(found.error ?? retry.error ?? drop.error)!} onRetry={() => void found.refetch()} />}
      <Box role="status" sx={{ color: "text.secondary" }}>{retry.data && `${say(retry.data.went_in)} of ${say(retry.data.tried)} lines went in.`}</Box>
      {lines.length > 0 && (
        <Table size="small" aria-label="Quarantine" sx={{ "& td": { verticalAlign: "top" } }}>
          <TableHead><TableRow><TableCell sx={{ width: 128 }}>Since</TableCell><TableCell sx={{ width: "32%" }}>What is wrong</TableCell><TableCell>Line</TableCell><TableCell sx={{ textAlign: "right" }}>Tries</TableCell><TableCell /></TableRow></TableHead>
          <TableBody>{lines.map((one) => <Line key={one.id} line={one} onRetry={() => retry.mutate([one.id])} onDrop={() => drop.mutate([one.id])} />)}</TableBody>
        </Table>
      )}
      {found.hasNextPage && <Button size="small" sx={{ mt: 1 }} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button>}
    </Part>
  );
}

function Line({ line, onRetry, onDrop }: { line: QuarantinedLine; onRetry: () => void; onDrop: () => void }) {
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: "nowrap" }}><TimeAgo at={line.received_at} /></TableCell>
      <TableCell sx={{ overflowWrap: "anywhere" }}>{line.reason}</TableCell>
      <TableCell sx={{ overflowWrap: "anywhere", maxWidth: 480 }}><Mono>{`${line.line}: ${line.content.slice(0, 240)}${line.content.length > 240 ? "…" : ""}`}</Mono></TableCell>
      <TableCell sx={{ textAlign: "right" }}>{line.tries}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap", textAlign: "right" }}>
        {!line.truncated && <Button size="small" onClick={onRetry} aria-label={`Try line ${line.line} again`}>Try again</Button>}
        <Button size="small" color="inherit" sx={{ color: "text.secondary" }} onClick={onDrop} aria-label={`Drop line ${line.line}`}>Drop</Button>
      </TableCell>
    </TableRow>
  );
}
