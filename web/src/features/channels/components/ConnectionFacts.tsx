import Box from "@mui/material/Box";
import MuiLink from "@mui/material/Link";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import type { Connection } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { Facts } from "../../../ui/Facts";
import { SandboxChip } from "../../../ui/SandboxChip";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { numbersOf } from "../hooks/atYouTube";
import { isUsable, LINK } from "../hooks/connection";
import { measurementQuery } from "../hooks/measurement";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const Picture = styled("img")(({ theme }) => ({ width: 40, height: 40, borderRadius: "50%", border: `1px solid ${theme.palette.line}`, background: theme.palette.sunken, objectFit: "cover", flexShrink: 0 }));

export function ConnectionFacts({ connection }: { connection: Connection }) {
  const zone = useZone();
  const standing = LINK[connection.status];
  return (
    <>
      <Who connection={connection} />
      <Facts facts={{
        Connection: <><State tone={standing.tone} mark={standing.mark}>{connection.status}</State> <Box component="span" sx={{ color: "text.secondary", ml: 1 }}>{standing.means}</Box></>,
        ...(isUsable(connection) && { "Consent ends": connection.refresh_expires_at ? <>{moment(connection.refresh_expires_at, zone)}, <TimeAgo at={connection.refresh_expires_at} /></> : "It has no end of its own" }),
        ...(connection.country && { Country: connection.country }),
        ...(connection.description && { "Says of itself": <Box sx={{ whiteSpace: "pre-line" }}>{connection.description}</Box> }),
        ...(connection.missing.length > 0 && { "Not allowed": `${connection.missing.join(", ")}: connect again and tick that to have it` }),
        "Last tried": <><TimeAgo at={connection.checked_at} />{connection.last_error === null ? ", and it worked" : <Box sx={{ color: "warning.main" }}>! {connection.last_error}</Box>}</>,
      }} />
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
          {connection.is_sandbox ? connection.title : <MuiLink href={`https://www.youtube.com/channel/${connection.youtube_channel_id}`} target="_blank" rel="noreferrer" underline="hover" color="inherit">{connection.title}</MuiLink>}
          {connection.is_sandbox && <SandboxChip />}
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{connection.handle ?? connection.youtube_channel_id}</Box>
      </Box>
    </Box>
  );
}

function Counts({ connection }: { connection: Connection }) {
  const measured = useQuery(measurementQuery(connection.channel_id)).data;
  if (!connection.fetched_at) return <Box sx={{ color: "text.secondary", fontSize: 13, mt: 2 }}>Its figures could not be read for 30 days and were removed.</Box>;
  const fetched = connection.fetched_at;
  return (
    <Table size="small" aria-label="Figures at YouTube" sx={{ mt: 2, maxWidth: 640 }}>
      <TableHead><TableRow><TableCell>At YouTube</TableCell><TableCell sx={right}>Number</TableCell><TableCell sx={{ textAlign: "right" }}>Read</TableCell></TableRow></TableHead>
      <TableBody>
        {numbersOf(connection, fetched, measured?.counters ?? null).map((one) => (
          <TableRow key={one.name}>
            <TableCell>{one.name}{one.from && <Box component="span" sx={{ color: "text.secondary", fontSize: 12 }}> {one.from}</Box>}</TableCell>
            <TableCell sx={right}>{one.value}</TableCell>
            <TableCell sx={right}><TimeAgo at={one.at} /></TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
