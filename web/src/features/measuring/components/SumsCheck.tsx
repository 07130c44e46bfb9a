import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Mono } from "../../../ui/Mono";
import { Part } from "../../../ui/Part";
import { State } from "../../../ui/State";
import { useCheck } from "../hooks/ingest";

/** Are the sums what a recount gives? Asked for, since it reads every event of a week. */
export function SumsCheck({ waiting }: { waiting: number }) {
  const [channels, setChannels] = useState(0);
  const check = useCheck(setChannels);
  const wrong = check.data?.wrong ?? [];
  return (
    <Part title="Sums" about={waiting ? `The days of ${waiting} channels are made anew just now: their time zone was changed.` : "By hour and day, kept with every commit. A check compares those of the last week with a recount of their events."}
      aside={<Button size="small" loading={check.isPending} onClick={() => { setChannels(0); check.mutate(); }}>Check the last week</Button>}>
      <Box role="status">
        {check.isPending && `${channels} channels compared…`}
        {check.data && !wrong.length && <State tone="success" mark="✓">{`${check.data.channels} channels: every sum is what a recount gives`}</State>}
        {wrong.length > 0 && <State tone="error" mark="✕">{`${wrong.length} sums differ`}</State>}
      </Box>
      {check.error && <ErrorNote error={check.error} onRetry={() => check.mutate()} />}
      {wrong.length > 0 && (
        <>
          <Table size="small" aria-label="Sums that differ" sx={{ mt: 1 }}>
            <TableHead><TableRow><TableCell>Channel</TableCell><TableCell>Sums</TableCell><TableCell sx={{ textAlign: "right" }}>Rows</TableCell><TableCell>Kept, less the recount</TableCell></TableRow></TableHead>
            <TableBody>
              {wrong.map((one) => (
                <TableRow key={one.channel + one.table}><TableCell><Mono>{one.channel}</Mono></TableCell><TableCell>{one.table}</TableCell><TableCell sx={{ textAlign: "right" }}>{one.rows}</TableCell><TableCell>{one.off || "nothing in all"}</TableCell></TableRow>
              ))}
            </TableBody>
          </Table>
          <Box sx={{ mt: 1, color: "text.secondary" }}>Make them anew: <Mono>ytempire ingest rebuild</Mono></Box>
        </>
      )}
    </Part>
  );
}
