import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { SubSection } from "../../../ui/SubSection";
import { State } from "../../../ui/State";
import { useCheck } from "../hooks/ingest";

/** Compares the rollups with a recount. On request only, since it reads every event of a week. */
export function RollupCheck({ waiting }: { waiting: number }) {
  const [channels, setChannels] = useState(0);
  const check = useCheck(setChannels);
  const wrong = check.data?.wrong ?? [];
  return (
    <SubSection
      title="Rollups"
      about={
        waiting
          ? `The days of ${waiting} channels are being rebuilt, because their time zone was changed.`
          : "Totals by hour and day, updated with every commit. The check compares the last 7 days with a recount of the events."
      }
      aside={
        <Button
          size="small"
          loading={check.isPending}
          onClick={() => {
            setChannels(0);
            check.mutate();
          }}>
          Check last 7 days
        </Button>
      }>
      <Box role="status">
        {check.isPending && `${channels} channels compared…`}
        {check.data && !wrong.length && <State tone="success" mark="✓">{`${check.data.channels} channels checked: no mismatches`}</State>}
        {wrong.length > 0 && <State tone="error" mark="✕">{`${wrong.length} mismatches`}</State>}
      </Box>
      {check.error && <ErrorAlert error={check.error} onRetry={() => check.mutate()} />}
      {wrong.length > 0 && (
        <>
          <Table size="small" aria-label="Rollup mismatches" sx={{ mt: 1 }}>
            <TableHead>
              <TableRow>
                <TableCell>Channel</TableCell>
                <TableCell>Rollup</TableCell>
                <TableCell sx={{ textAlign: "right" }}>Rows</TableCell>
                <TableCell>Stored minus recounted</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {wrong.map((one) => (
                <TableRow key={one.channel + one.table}>
                  <TableCell>
                    <Monospace>{one.channel}</Monospace>
                  </TableCell>
                  <TableCell>{one.table}</TableCell>
                  <TableCell sx={{ textAlign: "right" }}>{one.rows}</TableCell>
                  <TableCell>{one.excess || "no difference in total"}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
          <Box sx={{ mt: 1, color: "text.secondary" }}>
            Rebuild: <Monospace>ytempire ingest rebuild</Monospace>
          </Box>
        </>
      )}
    </SubSection>
  );
}
