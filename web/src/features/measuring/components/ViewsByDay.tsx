import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { LineChart } from "@mui/x-charts/LineChart";
import { useState } from "react";
import type { DayFigures } from "../../../api/client";
import { day, shortDay } from "../../../lib/dates";
import { count, earned, hours, percent } from "../../../lib/format";
import { Part } from "../../../ui/Part";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

/** A chart, and the figures behind it one click away. */
export function ViewsByDay({ days }: { days: DayFigures[] }) {
  const theme = useTheme();
  const [table, setTable] = useState(false);
  return (
    <Part title="Views by day" about="Days are those of each channel's time zone; the last one is running."
      aside={<Button size="small" color="inherit" aria-expanded={table} sx={{ mr: "-5px", color: "text.secondary" }} onClick={() => setTable(!table)}>{table ? "Show the chart" : "Show the table"}</Button>}>
      {table ? <DayTable days={days} /> : (
        <LineChart height={240} hideLegend skipAnimation margin={{ left: 0, right: 16, top: 8, bottom: 0 }} colors={[theme.palette.primary.main]} grid={{ horizontal: true }}
          xAxis={[{ data: days.map((one) => new Date(one.day)), scaleType: "utc", disableTicks: true, tickNumber: 10, valueFormatter: (day: Date) => shortDay(day) }]}
          yAxis={[{ width: 56, min: 0, disableLine: true, disableTicks: true, valueFormatter: (value: number) => count(value) }]}
          series={[{ data: days.map((one) => one.views), label: "Views", area: true, showMark: false, curve: "linear", valueFormatter: (value) => `${count(value)} views` }]}
          sx={{ "& .MuiLineChart-area": { opacity: 0.12 } }} />
      )}
    </Part>
  );
}

function DayTable({ days }: { days: DayFigures[] }) {
  return (
    <Table size="small" aria-label="Figures by day">
      <TableHead><TableRow><TableCell>Day</TableCell><TableCell sx={right}>Views</TableCell><TableCell sx={right}>Hours watched</TableCell><TableCell sx={right}>Revenue, USD</TableCell><TableCell sx={right}>Engagement rate</TableCell><TableCell sx={right}>Click-through</TableCell></TableRow></TableHead>
      <TableBody>
        {[...days].reverse().map((one) => (
          <TableRow key={one.day}>
            <TableCell>{day(one.day)}</TableCell><TableCell sx={right}>{count(one.views)}</TableCell><TableCell sx={right}>{hours(one.watch_time_minutes)}</TableCell>
            <TableCell sx={right}>{earned(one.revenue_usd)}</TableCell><TableCell sx={right}>{percent(one.engagement_rate)}</TableCell><TableCell sx={right}>{percent(one.click_through_rate)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
