import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { BarChart } from "@mui/x-charts/BarChart";
import type { LiveMetrics } from "../../../api/client";
import { hourMinute } from "../../../lib/dates";
import { count, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { useZone } from "../../accounts/hooks/me";

const SOURCE: Record<LiveMetrics["source"], string | null> = {
  cache: null,
  database: "The cache is unavailable: views are counted from the events, which takes longer.",
  unavailable: "The cache is unavailable and counting takes too long: no views per minute.",
};

/** Views of the last minutes. */
export function LiveViews({ live }: { live: LiveMetrics }) {
  const theme = useTheme();
  const zone = useZone();
  const { total } = live;
  return (
    <SubSection
      title="Live views"
      about={SOURCE[live.source] ?? "Views per minute of the last ten minutes. The last minute is incomplete."}>
      <Box sx={{ display: "flex", gap: 4, alignItems: "center", flexWrap: "wrap", fontVariantNumeric: "tabular-nums" }}>
        <Box sx={{ minWidth: 160 }}>
          <Box sx={{ fontSize: 40, fontWeight: 650, lineHeight: 1.1 }} aria-label="Views in the last minute">
            {count(total.views_last_minute)}
          </Box>
          <Box sx={{ color: "text.secondary", fontSize: 13 }}>views in the last minute</Box>
          <Box sx={{ mt: 1, fontSize: 13 }}>
            {percent(total.engagement_rate)}{" "}
            <Box component="span" sx={{ color: "text.secondary" }}>
              engagement rate, last 5 minutes
            </Box>
          </Box>
        </Box>
        {total.views_by_minute && (
          <Box sx={{ flex: 1, minWidth: 320 }}>
            <BarChart
              height={140}
              hideLegend
              skipAnimation
              margin={{ left: 0, right: 0, top: 8, bottom: 0 }}
              colors={[theme.palette.primary.main]}
              xAxis={[{ data: live.minutes.map((one) => hourMinute(one, zone)), scaleType: "band", disableLine: true, disableTicks: true }]}
              yAxis={[
                {
                  width: 48,
                  min: 0,
                  disableLine: true,
                  disableTicks: true,
                  tickNumber: 3,
                  valueFormatter: (value: number) => count(value),
                },
              ]}
              series={[{ data: total.views_by_minute, label: "Views", valueFormatter: (value) => `${count(value)} views` }]}
            />
          </Box>
        )}
      </Box>
    </SubSection>
  );
}
