import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged, Version, Video } from "../../../api/client";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { changedIn, createdByLabel, useRestoreVersion, versionsQuery } from "../hooks/videos";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { type Column, DataTable } from "../../../ui/DataTable";

export function Versions({ video }: { video: Tagged<Video> }) {
  const found = useQuery(versionsQuery(video.id));
  const [shown, setShown] = useState<Version | null>(null);
  const versions = found.data?.items ?? [];
  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data && !versions.length)
    return <Box sx={{ color: "text.secondary" }}>The first version is saved when the run has written title, description and tags.</Box>;
  const columns: Column<Version>[] = [
    { header: "Version", kind: "number", isTitle: true, cell: (one) => one.version },
    { header: "Changed", cell: (_, at) => changedIn(versions, at) },
    { header: "Source", wrap: "anywhere", cell: createdByLabel },
    { header: "Time", kind: "time", cell: (one) => one.created_at },
    {
      kind: "actions",
      cell: (one, at) =>
        at === 0 ? (
          <Box component="span" sx={{ color: "text.secondary" }}>
            current
          </Box>
        ) : (
          <Button size="small" aria-label={`View version ${one.version}`} onClick={() => setShown(one)}>
            View
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable stacked label="Versions" columns={columns} rows={versions} rowKey={(one) => one.version} />
      {shown && <VersionDialog video={video} version={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function VersionDialog({ video, version, onClose }: { video: Tagged<Video>; version: Version; onClose: () => void }) {
  const restore = useRestoreVersion(video.id);
  const fixed = reasonOf(allowanceTo.edit(video));
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="version">
      <DialogTitle id="version">
        Version {version.version}, {createdByLabel(version)}
      </DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <FieldComparison name="Title" text={version.title} now={video.title} />
        <FieldComparison name="Description" text={version.description} now={video.description} />
        <FieldComparison name="Tags" text={version.tags.join(", ")} now={video.tags.join(", ")} />
        <Box id="restore-means" sx={{ color: "text.secondary", fontSize: 13 }}>
          {fixed ??
            "Restoring creates a new version from this one. The current version stays in the list. The spoken script does not change."}
        </Box>
        {restore.error && (
          <ErrorAlert
            error={restore.error}
            messages={{
              precondition_failed:
                "Someone else changed the video since you opened it. Close this dialog, check the current version, and restore again.",
            }}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <ExplainedButton
          variant="contained"
          why={fixed}
          saidBy="restore-means"
          loading={restore.isPending}
          onClick={() => restore.mutate({ version: version.version, seen: video.etag }, { onSuccess: onClose })}>
          Restore this version
        </ExplainedButton>
      </DialogActions>
    </Dialog>
  );
}

function FieldComparison({ name, text, now }: { name: string; text: string; now: string }) {
  return (
    <div>
      <Box sx={{ fontSize: 12, color: "text.secondary", mb: 0.25 }}>
        {name}
        {text === now ? ", same as now" : ", different now"}
      </Box>
      <Box sx={{ whiteSpace: "pre-line", overflowWrap: "anywhere", color: text ? undefined : "text.secondary" }}>{text || "none"}</Box>
    </div>
  );
}
