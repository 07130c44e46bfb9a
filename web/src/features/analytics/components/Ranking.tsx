import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { RankedChannel } from "../../../api/client";
import { paths } from "../../../app/paths";
import { count, earned, percent } from "../../../lib/format";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { rankingQuery } from "../hooks/measures";
import { sandboxedOf, useListedChannels } from "../hooks/sandboxed";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function Ranking({ days }: { days: number }) {
  const found = useQuery(rankingQuery(days));
  const channels = found.data?.items ?? [];
  const sandboxed = sandboxedOf(useListedChannels());
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!channels.length) return null;
  return (
    <SubSection title="Channels" about={`The top ten by views of ${days} days, with their previous rank.`}>
      <Table size="small" aria-label="Channels by views">
        <TableHead>
          <TableRow>
            <TableCell sx={right}>Rank</TableCell>
            <TableCell>Channel</TableCell>
            <TableCell sx={right}>Views</TableCell>
            <TableCell sx={right}>Revenue (USD)</TableCell>
            <TableCell sx={right}>RPM (USD)</TableCell>
            <TableCell sx={right}>Engagement rate</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {channels.map((one) => (
            <Row key={one.channel_id} channel={one} isSandbox={sandboxed.has(one.channel_id)} />
          ))}
        </TableBody>
      </Table>
    </SubSection>
  );
}

function Row({ channel, isSandbox }: { channel: RankedChannel; isSandbox: boolean }) {
  return (
    <TableRow>
      <TableCell sx={right}>
        {channel.rank}{" "}
        <Box component="span" sx={{ color: "text.secondary", fontSize: 12 }}>
          {channel.previous_rank === null ? "new" : channel.previous_rank === channel.rank ? "=" : `was ${channel.previous_rank}`}
        </Box>
      </TableCell>
      <TableCell sx={{ overflowWrap: "anywhere" }}>
        <Link to={paths.channel(channel.channel_id)}>{channel.channel_name}</Link> {isSandbox && <SandboxBadge />}
      </TableCell>
      <TableCell sx={right}>{count(channel.views)}</TableCell>
      <TableCell sx={right}>{earned(channel.revenue_usd)}</TableCell>
      <TableCell sx={right}>{earned(channel.rpm_usd)}</TableCell>
      <TableCell sx={right}>{percent(channel.engagement_rate)}</TableCell>
    </TableRow>
  );
}
