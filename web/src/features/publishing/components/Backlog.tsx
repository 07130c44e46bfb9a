import Box from "@mui/material/Box";
import { Link } from "react-router";
import type { CalendarChannel, BacklogVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { SubSection } from "../../../ui/SubSection";
import { usePublish } from "../hooks/calendar";
import { ChannelDot } from "./ChannelDot";
import { type Column, DataTable } from "../../../ui/DataTable";

/** Finished videos that are on no day yet. */
export function Backlog({ ready, channels }: { ready: BacklogVideo[]; channels: CalendarChannel[] }) {
  const publish = usePublish();
  const known = new Map(channels.map((one) => [one.id, one]));
  if (!ready.length) return null;
  const columns: Column<BacklogVideo>[] = [
    { header: "Video", wrap: "anywhere", cell: (one) => <Link to={paths.video(one.video_id)}>{one.title}</Link> },
    {
      header: "Channel",
      wrap: "never",
      cell: (one) => {
        const channel = known.get(one.channel_id)!;
        return (
          <Box component="span" sx={{ display: "inline-flex", gap: 1, alignItems: "center" }}>
            <ChannelDot aria-hidden colour={channel.accent} />
            {channel.name}
          </Box>
        );
      },
    },
    {
      header: "Reason",
      isMuted: true,
      isWide: true,
      maxWidth: 420,
      cell: (one) => one.unscheduled_reason ?? backlogReason(known.get(one.channel_id)!),
    },
    {
      kind: "actions",
      cell: (one) => (
        <ExplainedButton
          size="small"
          why={reasonOf(allowanceTo.publishOn(known.get(one.channel_id)!))}
          loading={publish.isPending && publish.variables.video === one.video_id}
          onClick={() => publish.mutate({ video: one.video_id, when: { next_slot: true } })}
          aria-label={`Schedule “${one.title}” in the next free slot`}>
          Schedule next free slot
        </ExplainedButton>
      ),
    },
  ];
  return (
    <SubSection title="Backlog" about="Finished videos without a time. Channels that schedule automatically give them one within seconds.">
      {publish.error && <ErrorAlert error={publish.error} />}
      <DataTable stacked label="Backlog" columns={columns} rows={ready} rowKey={(one) => one.video_id} />
    </SubSection>
  );
}

function backlogReason(channel: CalendarChannel): string {
  const allowance = allowanceTo.publishOn(channel);
  if (!allowance.allowed) return allowance.reason;
  return channel.is_auto_scheduled
    ? "It is scheduled shortly, unless its publication was cancelled."
    : "The channel does not schedule automatically.";
}
