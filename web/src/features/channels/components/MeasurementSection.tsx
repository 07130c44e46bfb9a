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
import type { ChannelCollection, Gap, Reconciliation } from "../../../api/client";
import { day, moment } from "../../../lib/dates";
import { count } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { FactList } from "../../../ui/FactList";
import { Section } from "../../../ui/Section";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { FRESH, GAP, measurementQuery, offBy, verdictOf } from "../hooks/measurement";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const quiet = { color: "text.secondary" } as const;
const SHOWN = 7;

/** How fresh the channel's metrics are, and what is missing. */
export function MeasurementSection({ id }: { id: string }) {
  const found = useQuery(measurementQuery(id));
  return (
    <Section
      title="Data collection"
      about="Views, likes and comments are YouTube's counters, read every five minutes for new videos. Revenue and watch time come from YouTube's reports, two to three days late.">
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data === null && <Box sx={quiet}>No video of this channel is live on YouTube yet.</Box>}
      {found.data && <Measured measured={found.data} />}
    </Section>
  );
}

function Measured({ measured: { counters, reports, gaps, reconciliation, last_error } }: { measured: ChannelCollection }) {
  const [fresh, verdict] = [FRESH[counters.freshness], verdictOf(reconciliation)];
  return (
    <>
      <FactList
        facts={{
          Counters: (
            <>
              <State tone={fresh.tone} mark={fresh.mark}>
                {fresh.word}
              </State>{" "}
              <Box component="span" sx={{ ...quiet, ml: 1 }}>
                of {count(counters.videos)} {counters.videos === 1 ? "video" : "videos"}
                {counters.read_at && (
                  <>
                    , last read <TimeAgo at={counters.read_at} />
                  </>
                )}
              </Box>
            </>
          ),
          ...(counters.missing > 0 && { "Not listed": `${count(counters.missing)} no longer listed by YouTube` }),
          Reports: reports.reported_through ? (
            <>
              through {reports.reported_through}
              {reports.revenue_reported_through !== reports.reported_through &&
                `, revenue ${reports.revenue_reported_through ? `through ${reports.revenue_reported_through}` : "not yet"}`}
              {reports.read_at && (
                <Box component="span" sx={quiet}>
                  , read <TimeAgo at={reports.read_at} />
                </Box>
              )}
            </>
          ) : (
            "none yet: they are two to three days late"
          ),
          ...(reports.missing.length > 0 && { "Missing permission": `${reports.missing.join(", ")}: connect again and select it` }),
          "Our totals": (
            <>
              <State tone={verdict.tone} mark={verdict.mark}>
                {verdict.word}
              </State>
              {reconciliation.relative_difference !== null && (
                <Box component="span" sx={{ ...quiet, ml: 1 }}>
                  {count(reconciliation.views_counted)} views counted, {count(reconciliation.views_reported)} reported
                </Box>
              )}
            </>
          ),
          ...(last_error && { "Last error": <LastError error={last_error} /> }),
          ...(reports.last_error && { "Report error": <LastError error={reports.last_error} /> }),
        }}
      />
      {gaps.length > 0 && <Gaps gaps={gaps} />}
      {reconciliation.days.length > 0 && <Days reconciliation={reconciliation} />}
    </>
  );
}

function LastError({ error }: { error: NonNullable<ChannelCollection["last_error"]> }) {
  return (
    <Box sx={{ color: "warning.main" }}>
      ! {error.message} {error.hint}
    </Box>
  );
}

function Gaps({ gaps }: { gaps: Gap[] }) {
  const zone = useZone();
  return (
    <>
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>
        Gaps
      </Typography>
      <Table size="small" aria-label="Gaps">
        <TableHead>
          <TableRow>
            <TableCell>Start</TableCell>
            <TableCell>End</TableCell>
            <TableCell>Length</TableCell>
            <TableCell>Reason</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {gaps.map((one) => (
            <TableRow key={one.since}>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{moment(one.since, zone)}</TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>{one.until ? moment(one.until, zone) : "open"}</TableCell>
              <TableCell>
                <State tone={GAP[one.severity].tone} mark={GAP[one.severity].mark}>
                  {GAP[one.severity].word}
                </State>
              </TableCell>
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
      <Typography variant="h3" sx={{ mt: 3, mb: 0.5, fontSize: 14 }}>
        Views: our totals and YouTube's reports
      </Typography>
      <Table size="small" aria-label="Views counted and reported" sx={{ maxWidth: 640 }}>
        <TableHead>
          <TableRow>
            <TableCell>Pacific day</TableCell>
            <TableCell sx={right}>Counted</TableCell>
            <TableCell sx={right}>Reported</TableCell>
            <TableCell sx={right}>Difference</TableCell>
            <TableCell sx={right}>Updated</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {(all ? days : days.slice(0, SHOWN)).map((one) => (
            <TableRow key={one.day}>
              <TableCell>{day(one.day)}</TableCell>
              <TableCell sx={right}>{count(one.views_counted)}</TableCell>
              <TableCell sx={right}>{count(one.views_reported)}</TableCell>
              <TableCell sx={right}>{offBy(one.views_counted, one.views_reported)}</TableCell>
              <TableCell sx={right}>
                <TimeAgo at={one.fetched_at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {days.length > SHOWN && (
        <Button size="small" color="inherit" sx={{ mt: 1, ...quiet }} onClick={() => setAll(!all)}>
          {all ? "Show 7 days" : `Show all ${days.length} days`}
        </Button>
      )}
    </>
  );
}
