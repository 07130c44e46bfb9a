import Box from "@mui/material/Box";
import type { Overview } from "../../../api/client";
import { percent } from "../../../lib/format";
import { type Fact, facts } from "../hooks/measures";

/** The figures of the range, each with what it was before, and which views the revenue is divided by. */
export function FactRow({ overview }: { overview: Overview }) {
  return (
    <Box sx={{ mb: 4, py: 2, borderTop: 1, borderBottom: 1, borderColor: "line" }}>
      <Box
        component="dl"
        sx={{
          display: "grid",
          gridTemplateColumns: "repeat(auto-fit, minmax(140px, 1fr))",
          gap: 2,
          m: 0,
          fontVariantNumeric: "tabular-nums",
        }}>
        {facts(overview.current, overview.previous).map((one) => (
          <div key={one.name}>
            <Box component="dt" sx={{ color: "text.secondary", fontSize: 13 }}>
              {one.name}
            </Box>
            <Box component="dd" sx={{ m: 0, fontSize: 22, fontWeight: 600, lineHeight: 1.3, whiteSpace: "nowrap" }}>
              {one.value}
            </Box>
            <Box component="dd" sx={{ m: 0, fontSize: 12, color: "text.secondary" }}>
              <Change fact={one} />
            </Box>
          </div>
        ))}
      </Box>
      <Box sx={{ mt: 1.5, fontSize: 12, color: "text.secondary" }}>
        YouTube reports revenue two to three days late. RPM is revenue per 1,000 views of these days. A video’s page also shows the RPM of
        its reported days.
      </Box>
    </Box>
  );
}

function Change({ fact }: { fact: Fact }) {
  if (fact.change === null) return <>previously {fact.previous}</>;
  const [mark, word] = fact.change > 0.0005 ? ["▲", "up"] : fact.change < -0.0005 ? ["▼", "down"] : ["=", "unchanged"];
  return (
    <>
      <span aria-label={word}>{mark}</span> {percent(Math.abs(fact.change))} from {fact.previous}
    </>
  );
}
