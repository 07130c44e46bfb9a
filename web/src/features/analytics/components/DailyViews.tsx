import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { LineChart } from "@mui/x-charts/LineChart";
import { useState } from "react";
import type { DayMetrics } from "../../../api/client";
import { day, shortDay } from "../../../lib/dates";
import { count, earned, hours, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

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
        <DayTable days={days} />
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

function DayTable({ days }: { days: DayMetrics[] }) {
  return (
    <Table size="small" aria-label="Metrics by day">
      <TableHead>
        <TableRow>
          <TableCell>Day</TableCell>
          <TableCell sx={right}>Views</TableCell>
          <TableCell sx={right}>Watch time (hours)</TableCell>
          <TableCell sx={right}>Revenue (USD)</TableCell>
          <TableCell sx={right}>Engagement rate</TableCell>
          <TableCell sx={right}>Click-through rate</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {[...days].reverse().map((one) => (
          <TableRow key={one.day}>
            <TableCell>{day(one.day)}</TableCell>
            <TableCell sx={right}>{count(one.views)}</TableCell>
            <TableCell sx={right}>{hours(one.watch_time_minutes)}</TableCell>
            <TableCell sx={right}>{earned(one.revenue_usd)}</TableCell>
            <TableCell sx={right}>{percent(one.engagement_rate)}</TableCell>
            <TableCell sx={right}>{percent(one.click_through_rate)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
