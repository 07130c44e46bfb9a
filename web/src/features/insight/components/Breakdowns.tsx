import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import { count, percent } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { type Breakdown, breakdownsOf } from "../hooks/breakdowns";
import { DAYS, videoMetricsQuery } from "../hooks/videoMetrics";

const Columns = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(auto-fit, minmax(264px, 1fr))",
  columnGap: 40,
  rowGap: 24,
  alignItems: "start",
});
const Lines = styled("table")(({ theme }) => ({
  width: "100%",
  borderCollapse: "collapse",
  fontSize: 13,
  fontVariantNumeric: "tabular-nums",
  "& caption": { textAlign: "left", fontWeight: 550, paddingBottom: 4 },
  "& thead th": { color: theme.palette.text.secondary, fontSize: 12, fontWeight: 500 },
  "& th, & td": { textAlign: "left", padding: "4px 0", fontWeight: 400, verticalAlign: "baseline" },
  "& .number": { textAlign: "right", whiteSpace: "nowrap", paddingLeft: 12, width: 1 },
  "& .views": { color: theme.palette.text.secondary },
}));
const Track = styled("div")(({ theme }) => ({
  height: 4,
  borderRadius: 2,
  background: theme.palette.line,
  marginTop: 2,
  overflow: "hidden",
}));
const Filled = styled("div")(({ theme }) => ({ height: "100%", minWidth: 2, borderRadius: 2, background: theme.palette.primary.main }));

/** Where the views of the days shown came from. Nothing, where YouTube has told nothing of it yet. */
export function Breakdowns({ id }: { id: string }) {
  const found = useQuery(videoMetricsQuery(id));
  const all = found.data ? breakdownsOf(found.data.breakdowns) : []; // the chart above says what is wrong where there is nothing
  if (!all.length) return null;
  return (
    <SubSection
      title="Audience"
      about={`Shares of the reported views of the last ${DAYS} days. YouTube's reports are two to three days late.`}>
      <Columns>
        {all.map((one) => (
          <BreakdownTable key={one.title} of={one} />
        ))}
      </Columns>
    </SubSection>
  );
}

function BreakdownTable({ of: { title, column, parts } }: { of: Breakdown }) {
  return (
    <Lines>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{column}</th>
          <th scope="col" className="number">
            Share
          </th>
          <th scope="col" className="number">
            Views
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              <Box sx={{ overflowWrap: "anywhere" }}>{one.name}</Box>
              <Track aria-hidden>
                <Filled style={{ width: `${one.share * 100}%` }} />
              </Track>
            </th>
            <td className="number">{percent(one.share)}</td>
            <td className="number views">{count(one.views)}</td>
          </tr>
        ))}
      </tbody>
    </Lines>
  );
}
