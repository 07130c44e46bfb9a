import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { Calendar } from "../../../api/client";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { TimeAgo } from "../../../ui/TimeAgo";
import { type Line, overdueOf, whenIn } from "../hooks/days";
import { ChannelDot } from "./ChannelDot";
import { type Column, DataTable } from "../../../ui/DataTable";
import { NOT_PUBLISHED, publicationStatusOf, warning } from "../../../ui/statuses";

/** What should be public by now and is not, of whichever day it was: nothing where there is nothing. */
export function OverduePublications({ calendar, onOpen }: { calendar: Calendar; onOpen: (line: Line) => void }) {
  const lines = overdueOf(calendar);
  if (!lines.length) return null;
  const columns: Column<(typeof lines)[number]>[] = [
    {
      header: "Scheduled for",
      kind: "number",
      align: "left",
      cell: ({ entry, channel }) => whenIn(entry.at, channel.time_zone),
      after: ({ entry }) => (
        <>
          {" "}
          <Box component="span" sx={{ color: "text.secondary", ml: 1 }}>
            <TimeAgo at={entry.at} />
          </Box>
        </>
      ),
    },
    {
      header: "Video",
      isTitle: true,
      wrap: "anywhere",
      cell: (line) => (
        <Link component="button" type="button" onClick={() => onOpen(line)} sx={{ textAlign: "left", font: "inherit" }}>
          {line.entry.title}
        </Link>
      ),
    },
    {
      header: "Channel",
      cell: ({ entry, channel }) => (
        <Box sx={{ display: "flex", gap: 1, alignItems: "center", whiteSpace: "nowrap" }}>
          <ChannelDot aria-hidden colour={channel.accent} />
          {channel.name}
          {entry.is_sandbox && <SandboxBadge />}
        </Box>
      ),
    },
    {
      header: "Status",
      kind: "status",
      isWide: true,
      // being late makes a warning of whatever status it has
      cell: ({ entry }) => (entry.publication_id ? warning(publicationStatusOf(entry).text) : NOT_PUBLISHED),
      detail: ({ entry }) => entry.last_error && <Box sx={{ maxWidth: 420 }}>{entry.last_error.message}</Box>,
    },
  ];
  return (
    <SubSection title="Overdue" about="Their time has passed, but they are not public yet.">
      <DataTable stacked label="Overdue" columns={columns} rows={lines} rowKey={({ entry }) => entry.video_id} />
    </SubSection>
  );
}
