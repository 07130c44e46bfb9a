import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Publication, VideoCollection } from "../../../api/client";
import { type Access, can } from "../../../lib/access";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { moment } from "../../../lib/dates";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { StatusChip } from "../../../ui/StatusChip";
import { publicationStatusOf } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useIsAnalyst, useZone } from "../../accounts/hooks/me";
import { publicationEditsQuery, isOnYouTube, sendable, editStatusOf, useFollow, useResendAttachments } from "../hooks/publicationEdits";
import {
  ATTACHMENT_STATUS,
  compared,
  collectionWarnings,
  meaningOf,
  measurementQuery,
  numbersOf,
  publicationQuery,
} from "../hooks/publication";
import { Breakdowns } from "../../insight/components/Breakdowns";
import { EditOnYouTubeDialog } from "./EditOnYouTubeDialog";
import { DeleteFromYouTubeDialog } from "./DeleteFromYouTubeDialog";
import { RemoteEdits } from "./RemoteEdits";
import { ViewsOverTime } from "../../insight/components/ViewsOverTime";

const quiet = { color: "text.secondary", fontSize: 13 } as const;

/** The publication of a video, and its metrics on YouTube. Nothing, where it was not published. */
export function PublicationPanel({ id, access }: { id: string; access: Access }) {
  const publication = useQuery(publicationQuery(id));
  const measurement = useQuery(measurementQuery(id, publication.data?.status));
  if (publication.error) return <ErrorAlert error={publication.error} onRetry={() => void publication.refetch()} />;
  if (!publication.data) return null;
  return (
    <Box component="section" aria-labelledby="on-youtube" sx={{ mb: 4 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, mb: 1 }}>
        <Typography id="on-youtube" variant="h2">
          On YouTube
        </Typography>
        {publication.data.is_sandbox && <SandboxBadge />}
      </Box>
      <Where publication={publication.data} access={access} />
      <PublicationEdits publication={publication.data} access={access} />
      <RemoteEdits publication={publication.data} access={access} />
      {measurement.error && <ErrorAlert error={measurement.error} onRetry={() => void measurement.refetch()} />}
      {measurement.data && <Numbers measured={measurement.data} status={publication.data.status} />}
      {measurement.data && <ViewsOverTime id={id} />}
      {measurement.data && <Breakdowns id={id} />}
    </Box>
  );
}

function Where({ publication: one, access }: { publication: Publication; access: Access }) {
  const zone = useZone();
  const when = one.live_at ?? one.publish_at;
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 2, rowGap: 0.5, fontSize: 13 }}>
        <StatusChip status={publicationStatusOf(one)} />
        <Box component="span" sx={quiet}>
          {meaningOf(one)}
        </Box>
        {when && (
          <span>
            {one.live_at ? "Live since" : "Public at"} {moment(when, zone)}
          </span>
        )}
        {one.url ? (
          <Link href={one.url} target="_blank" rel="noreferrer">
            Open on YouTube
          </Link>
        ) : (
          one.youtube_video_id && (
            <Box component="span" sx={quiet}>
              {one.youtube_video_id}
            </Box>
          )
        )}
        <Box component="span" sx={quiet}>
          thumbnail {ATTACHMENT_STATUS[one.thumbnail_status]}, captions {ATTACHMENT_STATUS[one.captions_status]}
        </Box>
        {can.write(access) && <ResendAttachments publication={one} />}
      </Box>
      {one.last_error && (
        <Box role="status" sx={{ mt: 1, fontSize: 13, color: one.status === "failed" ? "error.main" : "warning.main" }}>
          ! {one.last_error.message} {one.last_error.hint}
          {one.next_try_at && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {" "}
              Next attempt at {moment(one.next_try_at, zone)}.
            </Box>
          )}
        </Box>
      )}
    </>
  );
}

/** A button for each of thumbnail and captions that YouTube did not take, or may be given anew. */
function ResendAttachments({ publication }: { publication: Publication }) {
  const send = useResendAttachments(publication.video_id);
  return (
    <>
      {sendable(publication).map((part) => (
        <Button
          key={part}
          size="small"
          loading={send.isPending && send.variables === part}
          disabled={send.isPending}
          onClick={() => send.mutate(part)}>
          Resend {part}
        </Button>
      ))}
      {send.error && <ErrorAlert error={send.error} />}
    </>
  );
}

/** What can be changed of it there, and how the last change stands. */
function PublicationEdits({ publication, access }: { publication: Publication; access: Access }) {
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  const isAnalyst = useIsAnalyst();
  const changes = useQuery({
    ...publicationEditsQuery(publication.video_id),
    enabled: !isAnalyst && (isOnYouTube(publication) || publication.status === "removed"),
  });
  const [last] = changes.data ?? [];
  useFollow(publication.video_id, last);
  const edit = editStatusOf(last);
  const close = () => setOpen(null);
  return (
    <>
      {isOnYouTube(publication) && !isAnalyst && (
        <Box sx={{ display: "flex", gap: 1, mt: 1.5 }}>
          <ExplainedButton
            size="small"
            variant="outlined"
            why={reasonOf(allowanceTo.editOnYouTube(access, last))}
            onClick={() => setOpen("change")}>
            Edit on YouTube
          </ExplainedButton>
          <ExplainedButton
            size="small"
            variant="outlined"
            color="error"
            why={reasonOf(allowanceTo.deleteFromYouTube(access, last))}
            onClick={() => setOpen("delete")}>
            Delete from YouTube
          </ExplainedButton>
        </Box>
      )}
      {edit && (
        <Box role="status" sx={{ mt: 1 }}>
          <StatusChip wrap status={edit} />
        </Box>
      )}
      {open === "change" && <EditOnYouTubeDialog id={publication.video_id} onClose={close} />}
      {open === "delete" && (
        <DeleteFromYouTubeDialog
          publication={publication}
          asked={
            last?.kind === "deletion" &&
            last.status === "awaiting_confirmation" &&
            (!last.expires_at || new Date(last.expires_at) > new Date())
              ? last
              : null
          }
          onClose={close}
        />
      )}
    </>
  );
}

function Numbers({ measured, status }: { measured: VideoCollection; status: Publication["status"] }) {
  return (
    <>
      <Box
        component="dl"
        aria-label="Metrics"
        sx={{
          display: "grid",
          gridTemplateColumns: "repeat(auto-fit, minmax(128px, 1fr))",
          gap: 2,
          m: 0,
          my: 2,
          py: 2,
          borderTop: 1,
          borderBottom: 1,
          borderColor: "line",
          fontVariantNumeric: "tabular-nums",
        }}>
        {numbersOf(measured).map((one) => (
          <div key={one.name}>
            <Box component="dt" sx={quiet}>
              {one.name}
            </Box>
            <Box component="dd" sx={{ m: 0, fontSize: 22, fontWeight: 600, lineHeight: 1.3, whiteSpace: "nowrap" }}>
              {one.value}
            </Box>
            <Box component="dd" sx={{ m: 0, fontSize: 12, lineHeight: 1.35, color: "text.secondary" }}>
              {one.source}
              {one.at && (
                <>
                  , read <TimeAgo at={one.at} />
                </>
              )}
            </Box>
          </div>
        ))}
      </Box>
      {collectionWarnings(measured, status).map((one) => (
        <Box key={one} role="status" sx={{ mb: 0.5, fontSize: 13, color: "warning.main" }}>
          ! {one}
        </Box>
      ))}
      <Box sx={{ ...quiet, mb: 2 }}>{compared(measured.reconciliation)}</Box>
    </>
  );
}
