import Box from "@mui/material/Box";
import MuiLink from "@mui/material/Link";
import { styled } from "@mui/material/styles";
import { useQuery } from "@tanstack/react-query";
import type { Connection } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { FactList } from "../../../ui/FactList";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { numbersOf } from "../hooks/channelStatistics";
import { isUsable } from "../hooks/connection";
import { channelCollectionQuery } from "../../collection/hooks/collection";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { CONNECTION_STATUS } from "../../../ui/statuses";

const Picture = styled("img")(({ theme }) => ({
  width: 40,
  height: 40,
  borderRadius: "50%",
  border: `1px solid ${theme.palette.line}`,
  background: theme.palette.sunken,
  objectFit: "cover",
  flexShrink: 0,
}));

export function ConnectionDetails({ connection }: { connection: Connection }) {
  const zone = useZone();
  const status = CONNECTION_STATUS[connection.status];
  return (
    <>
      <Who connection={connection} />
      <FactList
        facts={{
          Connection: (
            <>
              <StatusChip status={status} />{" "}
              <Box component="span" sx={{ color: "text.secondary", ml: 1 }}>
                {status.means}
              </Box>
            </>
          ),
          ...(isUsable(connection) && {
            "Consent expires": connection.refresh_expires_at ? (
              <>
                {moment(connection.refresh_expires_at, zone)}, <TimeAgo at={connection.refresh_expires_at} />
              </>
            ) : (
              "no expiry date"
            ),
          }),
          ...(connection.country && { Country: connection.country }),
          ...(connection.description && { Description: <Box sx={{ whiteSpace: "pre-line" }}>{connection.description}</Box> }),
          ...(connection.missing.length > 0 && {
            "Missing permission": `${connection.missing.join(", ")}: connect again and select it`,
          }),
          "Last check": (
            <>
              <TimeAgo at={connection.checked_at} />
              {connection.last_error === null ? ", successful" : <Box sx={{ color: "warning.main" }}>! {connection.last_error}</Box>}
            </>
          ),
        }}
      />
      <Counts connection={connection} />
    </>
  );
}

function Who({ connection }: { connection: Connection }) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, mb: 2 }}>
      {connection.thumbnail_url && <Picture src={connection.thumbnail_url} alt="" referrerPolicy="no-referrer" />}
      <Box sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, fontWeight: 600 }}>
          {/* the sandbox's has no page at YouTube */}
          {connection.is_sandbox ? (
            connection.title
          ) : (
            <MuiLink
              href={`https://www.youtube.com/channel/${connection.youtube_channel_id}`}
              target="_blank"
              rel="noreferrer"
              underline="hover"
              color="inherit">
              {connection.title}
            </MuiLink>
          )}
          {connection.is_sandbox && <SandboxBadge />}
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{connection.handle ?? connection.youtube_channel_id}</Box>
      </Box>
    </Box>
  );
}

const COLUMNS: Column<ReturnType<typeof numbersOf>[number]>[] = [
  {
    header: "Metric",
    cell: (one) => one.name,
    after: (one) =>
      one.from && (
        <Box component="span" sx={{ color: "text.secondary", fontSize: 12 }}>
          {" "}
          {one.from}
        </Box>
      ),
  },
  { header: "Value", kind: "number", cell: (one) => one.value },
  { header: "Updated", kind: "time", align: "right", cell: (one) => one.at },
];

function Counts({ connection }: { connection: Connection }) {
  const measured = useQuery(channelCollectionQuery(connection.channel_id)).data;
  if (!connection.fetched_at)
    return <Box sx={{ color: "text.secondary", fontSize: 13, mt: 2 }}>Its statistics could not be read for 30 days and were deleted.</Box>;
  const fetched = connection.fetched_at;
  return (
    <DataTable
      label="Statistics on YouTube"
      columns={COLUMNS}
      rows={numbersOf(connection, fetched, measured?.counters ?? null)}
      rowKey={(one) => one.name}
      sx={{ mt: 2, maxWidth: 640 }}
    />
  );
}
