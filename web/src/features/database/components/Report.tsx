import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import type { DatabaseHealth, Finding } from "../../../api/client";
import { words } from "../../../lib/format";
import { CopyButton } from "../../../ui/CopyButton";
import { EmptyState } from "../../../ui/EmptyState";
import { Mono } from "../../../ui/Mono";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import { many, SEVERITY, worstFirst } from "../hooks/health";
import { Part } from "../../../ui/Part";

const LOOK_NOW = "ytempire maintenance run doctor";

/** What the doctor found when it last looked, what needs somebody first. */
export function Report({ report }: { report: DatabaseHealth["report"] }) {
  const [all, setAll] = useState(false);
  if (!report) return <Part title="Last examination"><Unexamined /></Part>;
  const wrong = worstFirst(report.findings).filter((one) => one.status !== "ok");
  const well = report.findings.filter((one) => one.status === "ok");
  return (
    <Part title="Last examination" about={wrong.length ? `${many(report.findings.length, "finding")}, what needs somebody first.` : `Nothing is wrong: ${many(well.length, "finding")}, all well.`}
      aside={<TimeAgo at={report.checked_at} />}>
      {(wrong.length > 0 || all) && <FindingTable findings={all ? [...wrong, ...well] : wrong} />}
      {well.length > 0 && <Button size="small" color="inherit" aria-expanded={all} sx={{ mt: 1, ml: "7px" }} onClick={() => setAll(!all)}>{all ? "Hide what is well" : `Show what is well (${well.length})`}</Button>}
    </Part>
  );
}

function Unexamined() {
  return (
    <EmptyState title="Not examined yet" body="The database is examined soon after the start and every few hours from then on. To have it done at once, run this on the machine:"
      action={<Box sx={{ display: "inline-flex", gap: 2, alignItems: "center" }}><Mono>{LOOK_NOW}</Mono><CopyButton text={LOOK_NOW} /></Box>} />
  );
}

function FindingTable({ findings }: { findings: Finding[] }) {
  return (
    <Table size="small" aria-label="Findings" sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead><TableRow><TableCell sx={{ width: 112 }}>State</TableCell><TableCell sx={{ width: 176 }}>Check</TableCell><TableCell>Found</TableCell><TableCell sx={{ width: "34%" }}>What to do</TableCell></TableRow></TableHead>
      <TableBody>
        {findings.map((one, at) => (
          <TableRow key={at}>
            <TableCell><State tone={SEVERITY[one.status].tone} mark={SEVERITY[one.status].mark}>{SEVERITY[one.status].words}</State></TableCell>
            <TableCell>{words(one.check)}</TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{one.found}</TableCell>
            <TableCell>{one.todo ? <WithCommands>{one.todo}</WithCommands> : <Box component="span" sx={{ color: "text.secondary" }}>–</Box>}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
