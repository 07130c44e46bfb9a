import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import type { Calendar } from "../../../api/client";
import { publicationStatusOf } from "../../../lib/publication";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { type Line, overdueOf, whenIn } from "../hooks/days";
import { ChannelDot } from "./ChannelDot";

/** What should be public by now and is not, of whichever day it was: nothing where there is nothing. */
export function OverduePublications({ calendar, onOpen }: { calendar: Calendar; onOpen: (line: Line) => void }) {
  const lines = overdueOf(calendar);
  if (!lines.length) return null;
  return (
    <SubSection title="Overdue" about="Their time has passed, but they are not public yet.">
      <Table size="small" aria-label="Overdue">
        <TableHead>
          <TableRow>
            <TableCell>Scheduled for</TableCell>
            <TableCell>Video</TableCell>
            <TableCell>Channel</TableCell>
            <TableCell>Status</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {lines.map((line) => {
            const { entry, channel } = line;
            const status = publicationStatusOf(entry);
            return (
              <TableRow key={entry.video_id}>
                <TableCell sx={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
                  {whenIn(entry.at, channel.time_zone)}{" "}
                  <Box component="span" sx={{ color: "text.secondary", ml: 1 }}>
                    <TimeAgo at={entry.at} />
                  </Box>
                </TableCell>
                <TableCell sx={{ overflowWrap: "anywhere" }}>
                  <Link component="button" type="button" onClick={() => onOpen(line)} sx={{ textAlign: "left", font: "inherit" }}>
                    {entry.title}
                  </Link>
                </TableCell>
                <TableCell>
                  <Box sx={{ display: "flex", gap: 1, alignItems: "center", whiteSpace: "nowrap" }}>
                    <ChannelDot aria-hidden colour={channel.accent} />
                    {channel.name}
                    {entry.is_sandbox && <SandboxBadge />}
                  </Box>
                </TableCell>
                <TableCell>
                  <State tone="warning" mark="!">
                    {entry.publication_id ? status.text : "not published"}
                  </State>
                  {entry.last_error && <Box sx={{ color: "text.secondary", fontSize: 12, maxWidth: 420 }}>{entry.last_error.message}</Box>}
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </SubSection>
  );
}
