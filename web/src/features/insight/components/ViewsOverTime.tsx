import { useTheme } from "@mui/material/styles";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { BarChart } from "@mui/x-charts/BarChart";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { shortDay, weekdayTime } from "../../../lib/dates";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { useZone } from "../../accounts/hooks/me";
import { videoMetricsQuery } from "../hooks/videoMetrics";
import { type Column, DataTable } from "../../../ui/DataTable";

type Mode = "hours" | "days" | "table";

interface Bar {
  at: string;
  views: number;
}

/** Views of the last two days by hour, or of four weeks by day; and the figures behind them. */
export function ViewsOverTime({ id }: { id: string }) {
  const [mode, setMode] = useState<Mode>("hours");
  const zone = useZone();
  const found = useQuery(videoMetricsQuery(id));
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const bars: Bar[] =
    mode === "hours"
      ? found.data.hours.map((one) => ({ at: weekdayTime(one.hour, zone), views: one.views }))
      : found.data.days.map((one) => ({ at: shortDay(one.day), views: one.views }));
  return (
    <SubSection
      title="Views"
      about={
        mode === "hours"
          ? "By hour, of the last two days. The last hour is incomplete."
          : "By day in the channel's time zone. The last day is incomplete."
      }
      aside={
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label="Views by"
          value={mode}
          onChange={(_, chosen: Mode | null) => chosen && setMode(chosen)}>
          <ToggleButton value="hours">48 hours</ToggleButton>
          <ToggleButton value="days">28 days</ToggleButton>
          <ToggleButton value="table">Table</ToggleButton>
        </ToggleButtonGroup>
      }>
      {mode === "table" ? (
        <DataTable label="Views by day" columns={COLUMNS} rows={[...bars].reverse()} rowKey={(one) => one.at} sx={{ maxWidth: 320 }} />
      ) : (
        <Bars bars={bars} />
      )}
    </SubSection>
  );
}

function Bars({ bars }: { bars: Bar[] }) {
  const theme = useTheme();
  return (
    <BarChart
      height={180}
      hideLegend
      skipAnimation
      margin={{ left: 0, right: 16, top: 8, bottom: 0 }}
      colors={[theme.palette.primary.main]}
      grid={{ horizontal: true }}
      xAxis={[{ data: bars.map((one) => one.at), scaleType: "band", disableTicks: true, tickLabelInterval: (_, index) => index % 6 === 3 }]}
      yAxis={[{ width: 56, disableLine: true, disableTicks: true, valueFormatter: (value: number) => count(value) }]}
      series={[{ data: bars.map((one) => one.views), label: "Views", valueFormatter: (value) => `${count(value)} views` }]}
    />
  );
}

const COLUMNS: Column<Bar>[] = [
  { header: "Day", cell: (one) => one.at },
  { header: "Views", kind: "number", cell: (one) => count(one.views) },
];
