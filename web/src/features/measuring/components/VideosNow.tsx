import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router";
import type { LiveVideo } from "../../../api/client";
import { paths } from "../../../app/paths";
import { count, percent } from "../../../lib/format";
import { Part } from "../../../ui/Part";
import { State } from "../../../ui/State";
import { TIER } from "../hooks/measures";

const right = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

/** Young videos by how they do in these sixty minutes. */
export function VideosNow({ videos }: { videos: LiveVideo[] }) {
  return (
    <Part title="Videos of the hour" about={videos.length ? "Of the last seven days, by views of the last sixty minutes." : "No video of the last seven days was measured in this hour."}>
      {videos.length > 0 && (
        <Table size="small" aria-label="Videos of the hour">
          <TableHead><TableRow><TableCell>Video</TableCell><TableCell>Channel</TableCell><TableCell>Tier</TableCell><TableCell sx={right}>Views, 60 min</TableCell><TableCell sx={right}>Last minute</TableCell><TableCell sx={right}>Engagement rate, 60 min</TableCell><TableCell sx={right}>Views an hour since published</TableCell></TableRow></TableHead>
          <TableBody>
            {videos.map((one) => (
              <TableRow key={one.video_id}>
                <TableCell sx={{ maxWidth: 420, overflowWrap: "anywhere" }}><Link to={paths.video(one.video_id)}>{one.title || "Untitled"}</Link></TableCell>
                <TableCell sx={{ maxWidth: 220, overflowWrap: "anywhere" }}>{one.channel_name}</TableCell>
                <TableCell><State tone={TIER[one.tier].tone} mark={TIER[one.tier].mark}>{one.tier}</State></TableCell>
                <TableCell sx={right}>{count(one.hour_views)}</TableCell>
                <TableCell sx={right}>{count(one.live.views_last_minute)}</TableCell>
                <TableCell sx={right}>{percent(one.hour_engagement_rate)}</TableCell>
                <TableCell sx={right}>{count(one.views_per_hour_lifetime)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Part>
  );
}
