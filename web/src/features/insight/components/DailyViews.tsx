import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import { LineChart } from "@mui/x-charts/LineChart";
import { useState } from "react";
import type { DayMetrics } from "../../../api/client";
import { day, shortDay } from "../../../lib/dates";
import { count, earned, hours, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { type Column, DataTable } from "../../../ui/DataTable";

/** A chart, and its table one click away. */
export function DailyViews({ days }: { days: DayMetrics[] }) {
  const theme = useTheme();
  const [table, setTable] = useState(false);
  return (
    <SubSection
      title="Views by day"
      about="Days in each channel's time zone. The last day is incomplete."
      aside={
        <Button
          size="small"
          color="inherit"
          aria-expanded={table}
          sx={{ mr: "-5px", color: "text.secondary" }}
          onClick={() => setTable(!table)}>
          {table ? "Show chart" : "Show table"}
        </Button>
      }>
      {table ? (
        <DataTable label="Metrics by day" columns={COLUMNS} rows={[...days].reverse()} rowKey={(one) => one.day} />
      ) : (
        <LineChart
          height={240}
          hideLegend
          skipAnimation
          margin={{ left: 0, right: 16, top: 8, bottom: 0 }}
          colors={[theme.palette.primary.main]}
          grid={{ horizontal: true }}
          xAxis={[
            {
              data: days.map((one) => new Date(one.day)),
              scaleType: "utc",
              disableTicks: true,
              tickNumber: 10,
              valueFormatter: (day: Date) => shortDay(day),
            },
          ]}
          yAxis={[{ width: 56, min: 0, disableLine: true, disableTicks: true, valueFormatter: (value: number) => count(value) }]}
          series={[
            {
              data: days.map((one) => one.views),
              label: "Views",
              area: true,
              showMark: false,
              curve: "linear",
              valueFormatter: (value) => `${count(value)} views`,
            },
          ]}
          sx={{ "& .MuiLineChart-area": { opacity: 0.12 } }}
        />
      )}
    </SubSection>
  );
}

const COLUMNS: Column<DayMetrics>[] = [
  { header: "Day", cell: (one) => day(one.day) },
  { header: "Views", kind: "number", cell: (one) => count(one.views) },
  { header: "Watch time (hours)", kind: "number", cell: (one) => hours(one.watch_time_minutes) },
  { header: "Revenue (USD)", kind: "number", cell: (one) => earned(one.revenue_usd) },
  { header: "Engagement rate", kind: "number", cell: (one) => percent(one.engagement_rate) },
  { header: "Click-through rate", kind: "number", cell: (one) => percent(one.click_through_rate) },
];
