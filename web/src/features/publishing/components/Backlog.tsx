import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router";
import type { CalendarChannel, BacklogVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { can } from "../../../lib/access";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SubSection } from "../../../ui/SubSection";
import { usePublish } from "../hooks/calendar";
import { ChannelDot } from "./ChannelDot";

/** Finished videos that are on no day yet. */
export function Backlog({ ready, channels }: { ready: BacklogVideo[]; channels: CalendarChannel[] }) {
  const publish = usePublish();
  const known = new Map(channels.map((one) => [one.id, one]));
  if (!ready.length) return null;
  return (
    <SubSection title="Backlog" about="Finished videos without a time. Channels that schedule automatically give them one within seconds.">
      {publish.error && <ErrorAlert error={publish.error} />}
      <Table size="small" aria-label="Backlog">
        <TableHead>
          <TableRow>
            <TableCell>Video</TableCell>
            <TableCell>Channel</TableCell>
            <TableCell>Reason</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {ready.map((one) => {
            const channel = known.get(one.channel_id)!;
            const works = channel.status === "active" && channel.is_connected && can.write(channel.access);
            const pending = publish.isPending && publish.variables.video === one.video_id;
            return (
              <TableRow key={one.video_id}>
                <TableCell sx={{ overflowWrap: "anywhere" }}>
                  <Link to={paths.video(one.video_id)}>{one.title}</Link>
                </TableCell>
                <TableCell sx={{ whiteSpace: "nowrap" }}>
                  <Box component="span" sx={{ display: "inline-flex", gap: 1, alignItems: "center" }}>
                    <ChannelDot aria-hidden colour={channel.accent} />
                    {channel.name}
                  </Box>
                </TableCell>
                <TableCell sx={{ color: "text.secondary", maxWidth: 420 }}>{one.unscheduled_reason ?? backlogReason(channel)}</TableCell>
                <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap" }}>
                  <Button
                    size="small"
                    disabled={!works}
                    loading={pending}
                    onClick={() => publish.mutate({ video: one.video_id, when: { next_slot: true } })}
                    aria-label={`Schedule “${one.title}” in the next free slot`}>
                    Schedule next free slot
                  </Button>
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </SubSection>
  );
}

function backlogReason(channel: CalendarChannel): string {
  if (!can.write(channel.access)) return "You have read access to this channel.";
  if (channel.status !== "active") return `The channel is ${channel.status}.`;
  if (!channel.is_connected) return "The channel is not connected.";
  return channel.is_auto_scheduled
    ? "It is scheduled shortly, unless its publication was cancelled."
    : "The channel does not schedule automatically.";
}
