import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import type { DatabaseHealth, Finding } from "../../../api/client";
import { labelOf } from "../../../lib/format";
import { CopyButton } from "../../../ui/CopyButton";
import { EmptyState } from "../../../ui/EmptyState";
import { Monospace } from "../../../ui/Monospace";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import { many, worstFirst } from "../hooks/health";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { FINDING_STATUS } from "../../../ui/statuses";

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
      {(wrong.length > 0 || all) && (
        <DataTable alignTop stacked label="Findings" columns={COLUMNS} rows={all ? [...wrong, ...well] : wrong} rowKey={(_, at) => at} />
      )}
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

const COLUMNS: Column<Finding>[] = [
  { header: "Status", kind: "status", width: 112, cell: (one) => FINDING_STATUS[one.status] },
  { header: "Check", isTitle: true, width: 176, cell: (one) => labelOf(one.check) },
  { header: "Result", wrap: "anywhere", isWide: true, cell: (one) => one.detail },
  {
    header: "Remedy",
    width: "34%",
    isWide: true,
    cell: (one) =>
      one.remedy ? (
        <WithCommands>{one.remedy}</WithCommands>
      ) : (
        <Box component="span" sx={{ color: "text.secondary" }}>
          –
        </Box>
      ),
  },
];
