import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router";
import type { CalendarChannel, ReadyVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { mayWrite } from "../../../lib/access";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Part } from "../../../ui/Part";
import { usePublish } from "../hooks/calendar";
import { ChannelMark } from "./ChannelMark";

/** Finished videos that are on no day yet. */
export function Ready({ ready, channels }: { ready: ReadyVideo[]; channels: CalendarChannel[] }) {
  const publish = usePublish();
  const known = new Map(channels.map((one) => [one.id, one]));
  if (!ready.length) return null;
  return (
    <Part title="Finished, and without a time" about="Channels that plan by themselves give what they can a time within seconds.">
      {publish.error && <ErrorNote error={publish.error} />}
      <Table size="small" aria-label="Finished, and without a time">
        <TableHead><TableRow><TableCell>Video</TableCell><TableCell>Channel</TableCell><TableCell>Why it has none</TableCell><TableCell /></TableRow></TableHead>
        <TableBody>
          {ready.map((one) => {
            const channel = known.get(one.channel_id)!;
            const works = channel.status === "active" && channel.is_connected && mayWrite(channel.access);
            const pending = publish.isPending && publish.variables.video === one.video_id;
            return (
              <TableRow key={one.video_id}>
                <TableCell sx={{ overflowWrap: "anywhere" }}><Link to={paths.video(one.video_id)}>{one.title}</Link></TableCell>
                <TableCell sx={{ whiteSpace: "nowrap" }}><Box component="span" sx={{ display: "inline-flex", gap: 1, alignItems: "center" }}><ChannelMark aria-hidden colour={channel.accent} />{channel.name}</Box></TableCell>
                <TableCell sx={{ color: "text.secondary", maxWidth: 420 }}>{one.why ?? whyNone(channel)}</TableCell>
                <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap" }}>
                  <Button size="small" disabled={!works} loading={pending} onClick={() => publish.mutate({ video: one.video_id, when: { next_slot: true } })} aria-label={`Give “${one.title}” the next free time`}>Next free time</Button>
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Part>
  );
}

function whyNone(channel: CalendarChannel): string {
  if (!mayWrite(channel.access)) return "You may look at this channel, not publish on it.";
  if (channel.status !== "active") return `The channel is ${channel.status}.`;
  if (!channel.is_connected) return "The channel is not connected.";
  return channel.fills_itself ? "It is about to get one, unless somebody took it back." : "Somebody has to give it one.";
}
