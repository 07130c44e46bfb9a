import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { SubSection } from "../../../ui/SubSection";
import { type Checked, useCheck } from "../hooks/ingest";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { failed, succeeded } from "../../../ui/statuses";

const COLUMNS: Column<Checked["wrong"][number]>[] = [
  { header: "Channel", cell: (one) => <Monospace>{one.channel}</Monospace> },
  { header: "Rollup", cell: (one) => one.table },
  { header: "Rows", kind: "number", cell: (one) => one.rows },
  { header: "Stored minus recounted", cell: (one) => one.excess || "no difference in total" },
];

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
        {check.data && !wrong.length && <StatusChip status={succeeded(`${check.data.channels} channels checked: no mismatches`)} />}
        {wrong.length > 0 && <StatusChip status={failed(`${wrong.length} mismatches`)} />}
      </Box>
      {check.error && <ErrorAlert error={check.error} onRetry={() => check.mutate()} />}
      {wrong.length > 0 && (
        <>
          <DataTable label="Rollup mismatches" columns={COLUMNS} rows={wrong} rowKey={(one) => one.channel + one.table} sx={{ mt: 1 }} />
          <Box sx={{ mt: 1, color: "text.secondary" }}>
            Rebuild: <Monospace>ytempire ingest rebuild</Monospace>
          </Box>
        </>
      )}
    </SubSection>
  );
}
