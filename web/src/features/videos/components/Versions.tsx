import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged, Version, Video } from "../../../api/client";
import { ErrorNote } from "../../../ui/ErrorNote";
import { TimeAgo } from "../../../ui/TimeAgo";
import { changedIn, howMade, useRestoreVersion, versionsQuery, whyFixed } from "../hooks/videos";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums" } as const;

export function Versions({ video }: { video: Tagged<Video> }) {
  const found = useQuery(versionsQuery(video.id));
  const [shown, setShown] = useState<Version | null>(null);
  const versions = found.data?.items ?? [];
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data && !versions.length) return <Box sx={{ color: "text.secondary" }}>A version is kept once the run has written title, description and tags.</Box>;
  return (
    <>
      {versions.length > 0 && (
        <Table size="small" aria-label="Versions">
          <TableHead><TableRow><TableCell sx={number}>Version</TableCell><TableCell>Changed</TableCell><TableCell>How</TableCell><TableCell>When</TableCell><TableCell /></TableRow></TableHead>
          <TableBody>
            {versions.map((one, at) => (
              <TableRow key={one.version}>
                <TableCell sx={number}>{one.version}</TableCell>
                <TableCell>{changedIn(versions, at)}</TableCell>
                <TableCell sx={{ overflowWrap: "anywhere" }}>{howMade(one)}</TableCell>
                <TableCell sx={{ whiteSpace: "nowrap" }}><TimeAgo at={one.created_at} /></TableCell>
                <TableCell sx={{ textAlign: "right", py: "2px !important" }}>
                  {at === 0 ? <Box component="span" sx={{ color: "text.secondary" }}>present</Box> : <Button size="small" aria-label={`Look at version ${one.version}`} onClick={() => setShown(one)}>Look</Button>}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {shown && <VersionDialog video={video} version={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function VersionDialog({ video, version, onClose }: { video: Tagged<Video>; version: Version; onClose: () => void }) {
  const restore = useRestoreVersion(video.id);
  const fixed = whyFixed(video);
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="version">
      <DialogTitle id="version">Version {version.version}, {howMade(version)}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Part name="Title" text={version.title} now={video.title} />
        <Part name="Description" text={version.description} now={video.description} />
        <Part name="Tags" text={version.tags.join(", ")} now={video.tags.join(", ")} />
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{fixed ?? "Restoring makes a new version of these words; the present one stays in the list. The spoken script does not change."}</Box>
        {restore.error && <ErrorNote error={restore.error} words={{ precondition_failed: "Somebody changed the video since you opened it. Close this, look at the present version, and restore again." }} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" disabled={fixed !== null} loading={restore.isPending} onClick={() => restore.mutate({ version: version.version, seen: video.etag }, { onSuccess: onClose })}>Restore this version</Button>
      </DialogActions>
    </Dialog>
  );
}

function Part({ name, text, now }: { name: string; text: string; now: string }) {
  return (
    <div>
      <Box sx={{ fontSize: 12, color: "text.secondary", mb: 0.25 }}>{name}{text === now ? ", the same now" : ", different now"}</Box>
      <Box sx={{ whiteSpace: "pre-line", overflowWrap: "anywhere", color: text ? undefined : "text.secondary" }}>{text || "none"}</Box>
    </div>
  );
}
