import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ChannelMeasurement, Gap, Reconciliation } from "../../../api/client";
import { day, moment } from "../../../lib/dates";
import { count } from "../../../lib/format";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Facts } from "../../../ui/Facts";
import { Section } from "../../../ui/Section";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { FRESH, GAP, measurementQuery, offBy, verdictOf } from "../hooks/measurement";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const quiet = { color: "text.secondary" } as const;
const SHOWN = 7;

/** How fresh the channel's numbers are, and what is missing. */
export function MeasurementSection({ id }: { id: string }) {
  const found = useQuery(measurementQuery(id));
  return (
    <Section title="Numbers" about="Views, likes and comments are YouTube's counters, read every five minutes while a video is young. Revenue and watch time are its reports, two to three days late.">
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data === null && <Box sx={quiet}>Nothing of this channel is live at YouTube yet, so there is nothing to measure.</Box>}
      {found.data && <Measured measured={found.data} />}
    </Section>
  );
}

function Measured({ measured: { counters, reports, gaps, reconciliation, last_error } }: { measured: ChannelMeasurement }) {
  const [fresh, verdict] = [FRESH[counters.freshness], verdictOf(reconciliation)];
  return (
    <>
      <Facts facts={{
        Counters: <><State tone={fresh.tone} mark={fresh.mark}>{fresh.word}</State> <Box component="span" sx={{ ...quiet, ml: 1 }}>of {count(counters.videos)} {counters.videos === 1 ? "video" : "videos"}{counters.read_at && <>, last read <TimeAgo at={counters.read_at} /></>}</Box></>,
        ...(counters.missing > 0 && { "Not listed": `${count(counters.missing)} of them, which YouTube does not show any more` }),
        Reports: reports.through ? <>through {reports.through}{reports.revenue_through !== reports.through && `, with revenue through ${reports.revenue_through ?? "no day"}`}{reports.read_at && <Box component="span" sx={quiet}>, read <TimeAgo at={reports.read_at} /></Box>}</> : "none yet: they come two to three days late",
        ...(reports.missing.length > 0 && { "Not allowed": `${reports.missing.join(", ")}: connect again and tick that to have it` }),
        "Our sums": <><State tone={verdict.tone} mark={verdict.mark}>{verdict.word}</State>{reconciliation.off_by !== null && <Box component="span" sx={{ ...quiet, ml: 1 }}>{count(reconciliation.views_counted)} views counted, {count(reconciliation.views_reported)} reported</Box>}</>,
        ...(last_error && { "Last trouble": <Trouble error={last_error} /> }),
        ...(reports.last_error && { "Trouble with reports": <Trouble error={reports.last_error} /> }),
      }} />
      {gaps.length > 0 && <Gaps gaps={gaps} />}
      {reconciliation.days.length > 0 && <Days reconciliation={reconciliation} />}
    </>
  );
}

function Trouble({ error }: { error: NonNullable<ChannelMeasurement["last_error"]> }) {
  return <Box sx={{ color: "warning.main" }}>! {error.message} {error.hint}</Box>;
}

function Gaps({ gaps }: { gaps: Gap[] }) {
  const zone = useZone();
  return (
    <>
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>Gaps</Typography>
      <Table size="small" aria-label="Gaps">
        <TableHead><TableRow><TableCell>Without a reading since</TableCell><TableCell>Filled</TableCell><TableCell>Length</TableCell><TableCell>Why</TableCell></TableRow></TableHead>
        <TableBody>
          {gaps.map((one) => (
            <TableRow key={one.since}>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{moment(one.since, zone)}</TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{one.until ? moment(one.until, zone) : "not yet"}</TableCell>
              <TableCell><State tone={GAP[one.severity].tone} mark={GAP[one.severity].mark}>{GAP[one.severity].word}</State></TableCell>
              <TableCell sx={quiet}>{one.reason}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </>
  );
}

function Days({ reconciliation: { days } }: { reconciliation: Reconciliation }) {
  const [all, setAll] = useState(false);
  return (
    <>
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>Views by our sums and by YouTube's reports</Typography>
      <Table size="small" aria-label="Views counted and reported" sx={{ maxWidth: 640 }}>
        <TableHead><TableRow><TableCell>Day in California</TableCell><TableCell sx={right}>Counted</TableCell><TableCell sx={right}>Reported</TableCell><TableCell sx={right}>Off</TableCell><TableCell sx={right}>Read</TableCell></TableRow></TableHead>
        <TableBody>
          {(all ? days : days.slice(0, SHOWN)).map((one) => (
            <TableRow key={one.day}>
              <TableCell>{day(one.day)}</TableCell><TableCell sx={right}>{count(one.views_counted)}</TableCell><TableCell sx={right}>{count(one.views_reported)}</TableCell>
              <TableCell sx={right}>{offBy(one.views_counted, one.views_reported)}</TableCell><TableCell sx={right}><TimeAgo at={one.fetched_at} /></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {days.length > SHOWN && <Button size="small" color="inherit" sx={{ mt: 1, ...quiet }} onClick={() => setAll(!all)}>{all ? "Show a week" : `Show all ${days.length} days`}</Button>}
    </>
  );
}
