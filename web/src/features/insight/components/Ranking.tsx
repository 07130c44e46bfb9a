import Box from "@mui/material/Box";
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
import { type Column, DataTable } from "../../../ui/DataTable";

export function Ranking({ days }: { days: number }) {
  const found = useQuery(rankingQuery(days));
  const channels = found.data?.items ?? [];
  const sandboxed = sandboxedOf(useListedChannels());
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!channels.length) return null;
  const columns: Column<RankedChannel>[] = [
    { header: "Rank", kind: "number", cell: (one) => <Rank channel={one} /> },
    {
      header: "Channel",
      isTitle: true,
      wrap: "anywhere",
      cell: (one) => (
        <>
          <Link to={paths.channel(one.channel_id)}>{one.channel_name}</Link> {sandboxed.has(one.channel_id) && <SandboxBadge />}
        </>
      ),
    },
    { header: "Views", kind: "number", cell: (one) => count(one.views) },
    { header: "Revenue (USD)", kind: "number", cell: (one) => earned(one.revenue_usd) },
    { header: "RPM (USD)", kind: "number", cell: (one) => earned(one.rpm_usd) },
    { header: "Engagement rate", kind: "number", cell: (one) => percent(one.engagement_rate) },
  ];
  return (
    <SubSection title="Channels" about={`The top ten by views of ${days} days, with their previous rank.`}>
      <DataTable label="Channels by views" columns={columns} rows={channels} rowKey={(one) => one.channel_id} />
    </SubSection>
  );
}

function Rank({ channel }: { channel: RankedChannel }) {
  return (
    <>
      {channel.rank}{" "}
      <Box component="span" sx={{ color: "text.secondary", fontSize: 12 }}>
        {channel.previous_rank === null ? "new" : channel.previous_rank === channel.rank ? "=" : `was ${channel.previous_rank}`}
      </Box>
    </>
  );
}
