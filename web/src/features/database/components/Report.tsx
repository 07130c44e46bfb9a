import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import type { DatabaseHealth, Finding } from "../../../api/client";
import { labelOf } from "../../../lib/format";
import { CopyButton } from "../../../ui/CopyButton";
import { EmptyState } from "../../../ui/EmptyState";
import { Monospace } from "../../../ui/Monospace";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import { many, SEVERITY, worstFirst } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";

const LOOK_NOW = "ytempire maintenance run doctor";

/** The findings of the doctor's last check, most severe first. */
export function Report({ report }: { report: DatabaseHealth["report"] }) {
  const [all, setAll] = useState(false);
  if (!report)
    return (
      <SubSection title="Last check">
        <Unexamined />
      </SubSection>
    );
  const wrong = worstFirst(report.findings).filter((one) => one.status !== "ok");
  const well = report.findings.filter((one) => one.status === "ok");
  return (
    <SubSection
      title="Last check"
      about={
        wrong.length
          ? `${many(report.findings.length, "finding")}, most severe first.`
          : `No problems: ${many(well.length, "check")} passed.`
      }
      aside={<TimeAgo at={report.checked_at} />}>
      {(wrong.length > 0 || all) && <FindingTable findings={all ? [...wrong, ...well] : wrong} />}
      {well.length > 0 && (
        <Button size="small" color="inherit" aria-expanded={all} sx={{ mt: 1, ml: "7px" }} onClick={() => setAll(!all)}>
          {all ? "Hide passed checks" : `Show passed checks (${well.length})`}
        </Button>
      )}
    </SubSection>
  );
}

function Unexamined() {
  return (
    <EmptyState
      title="Not checked yet"
      body="The database is checked shortly after the start and then every few hours. To check it now, run this on the machine:"
      action={
        <Box sx={{ display: "inline-flex", gap: 2, alignItems: "center" }}>
          <Monospace>{LOOK_NOW}</Monospace>
          <CopyButton text={LOOK_NOW} />
        </Box>
      }
    />
  );
}

function FindingTable({ findings }: { findings: Finding[] }) {
  return (
    <Table size="small" aria-label="Findings" sx={{ "& td": { verticalAlign: "top" } }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: 112 }}>Status</TableCell>
          <TableCell sx={{ width: 176 }}>Check</TableCell>
          <TableCell>Result</TableCell>
          <TableCell sx={{ width: "34%" }}>Remedy</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {findings.map((one, at) => (
          <TableRow key={at}>
            <TableCell>
              <State tone={SEVERITY[one.status].tone} mark={SEVERITY[one.status].mark}>
                {SEVERITY[one.status].text}
              </State>
            </TableCell>
            <TableCell>{labelOf(one.check)}</TableCell>
            <TableCell sx={{ overflowWrap: "anywhere" }}>{one.detail}</TableCell>
            <TableCell>
              {one.remedy ? (
                <WithCommands>{one.remedy}</WithCommands>
              ) : (
                <Box component="span" sx={{ color: "text.secondary" }}>
                  –
                </Box>
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
