import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Publication, VideoMeasurement } from "../../../api/client";
import type { Access } from "../../../lib/access";
import { moment } from "../../../lib/dates";
import { standingOf } from "../../../lib/publication";
import { ErrorNote } from "../../../ui/ErrorNote";
import { SandboxChip } from "../../../ui/SandboxChip";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useIsAnalyst, useZone } from "../../accounts/hooks/me";
import { changesQuery, isThere, may, sendable, standOf, useFollow, useSendAgain } from "../hooks/changing";
import { BESIDE, compared, lacks, meaningOf, measurementQuery, numbersOf, publicationQuery } from "../hooks/onYouTube";
import { Breakdowns } from "./Breakdowns";
import { ChangeThere } from "./ChangeThere";
import { DeleteThere } from "./DeleteThere";
import { EditedThere } from "./EditedThere";
import { ViewsOverTime } from "./ViewsOverTime";

const quiet = { color: "text.secondary", fontSize: 13 } as const;

/** Where a video is on its way to YouTube, and what came of it there. Nothing, where nobody published it. */
export function OnYouTube({ id, access }: { id: string; access: Access }) {
  const publication = useQuery(publicationQuery(id));
  const measurement = useQuery(measurementQuery(id, publication.data?.status));
  if (publication.error) return <ErrorNote error={publication.error} onRetry={() => void publication.refetch()} />;
  if (!publication.data) return null;
  return (
    <Box component="section" aria-labelledby="on-youtube" sx={{ mb: 4 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, mb: 1 }}>
        <Typography id="on-youtube" variant="h2">On YouTube</Typography>
        {publication.data.is_sandbox && <SandboxChip />}
      </Box>
      <Where publication={publication.data} access={access} />
      <Changing publication={publication.data} access={access} />
      <EditedThere publication={publication.data} access={access} />
      {measurement.error && <ErrorNote error={measurement.error} onRetry={() => void measurement.refetch()} />}
      {measurement.data && <Numbers measured={measurement.data} status={publication.data.status} />}
      {measurement.data && <ViewsOverTime id={id} />}
      {measurement.data && <Breakdowns id={id} />}
    </Box>
  );
}

function Where({ publication: one, access }: { publication: Publication; access: Access }) {
  const zone = useZone();
  const standing = standingOf(one);
  const when = one.live_at ?? one.publish_at;
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 2, rowGap: 0.5, fontSize: 13 }}>
        <State tone={standing.tone} mark={standing.mark}>{standing.words}</State>
        <Box component="span" sx={quiet}>{meaningOf(one)}</Box>
        {when && <span>{one.live_at ? "Since" : "Public at"} {moment(when, zone)}</span>}
        {one.url ? <Link href={one.url} target="_blank" rel="noreferrer">Open it on YouTube</Link> : one.youtube_video_id && <Box component="span" sx={quiet}>{one.youtube_video_id}</Box>}
        <Box component="span" sx={quiet}>thumbnail {BESIDE[one.thumbnail_status]}, captions {BESIDE[one.captions_status]}</Box>
        {may(access).change && <SendAgain publication={one} />}
      </Box>
      {one.last_error && (
        <Box role="status" sx={{ mt: 1, fontSize: 13, color: one.status === "failed" ? "error.main" : "warning.main" }}>
          ! {one.last_error.message} {one.last_error.hint}
          {one.next_try_at && <Box component="span" sx={{ color: "text.secondary" }}> Tried again at {moment(one.next_try_at, zone)}.</Box>}
        </Box>
      )}
    </>
  );
}

/** A button for each of thumbnail and captions that YouTube did not take, or may be given anew. */
function SendAgain({ publication }: { publication: Publication }) {
  const send = useSendAgain(publication.video_id);
  return (
    <>
      {sendable(publication).map((part) => (
        <Button key={part} size="small" loading={send.isPending && send.variables === part} disabled={send.isPending} onClick={() => send.mutate(part)}>Send {part} again</Button>
      ))}
      {send.error && <ErrorNote error={send.error} />}
    </>
  );
}

/** What can be changed of it there, and how the last change stands. */
function Changing({ publication, access }: { publication: Publication; access: Access }) {
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  const isAnalyst = useIsAnalyst();
  const changes = useQuery({ ...changesQuery(publication.video_id), enabled: !isAnalyst && (isThere(publication) || publication.status === "removed") });
  const [last] = changes.data ?? [];
  useFollow(publication.video_id, last);
  const stand = standOf(last);
  const [close, allowed] = [() => setOpen(null), may(access)];
  return (
    <>
      {isThere(publication) && allowed.change && last?.status !== "planned" && (
        <Box sx={{ display: "flex", gap: 1, mt: 1.5 }}>
          <Button size="small" variant="outlined" onClick={() => setOpen("change")}>Change it there</Button>
          {allowed.remove && <Button size="small" variant="outlined" color="error" onClick={() => setOpen("delete")}>Delete it there</Button>}
        </Box>
      )}
      {stand && <Box role="status" sx={{ mt: 1, fontSize: 13, color: { muted: "text.secondary", primary: "text.primary", error: "error.main" }[stand.tone] }}>{stand.words}</Box>}
      {open === "change" && <ChangeThere id={publication.video_id} onClose={close} />}
      {open === "delete" && <DeleteThere publication={publication} asked={last?.kind === "removal" && last.status === "asked" && (!last.expires_at || new Date(last.expires_at) > new Date()) ? last : null} onClose={close} />}
    </>
  );
}

function Numbers({ measured, status }: { measured: VideoMeasurement; status: Publication["status"] }) {
  return (
    <>
      <Box component="dl" aria-label="Numbers" sx={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(128px, 1fr))", gap: 2, m: 0, my: 2, py: 2, borderTop: 1, borderBottom: 1, borderColor: "line", fontVariantNumeric: "tabular-nums" }}>
        {numbersOf(measured).map((one) => (
          <div key={one.name}>
            <Box component="dt" sx={quiet}>{one.name}</Box>
            <Box component="dd" sx={{ m: 0, fontSize: 22, fontWeight: 600, lineHeight: 1.3, whiteSpace: "nowrap" }}>{one.value}</Box>
            <Box component="dd" sx={{ m: 0, fontSize: 12, lineHeight: 1.35, color: "text.secondary" }}>{one.source}{one.at && <>, read <TimeAgo at={one.at} /></>}</Box>
          </div>
        ))}
      </Box>
      {lacks(measured, status).map((one) => <Box key={one} role="status" sx={{ mb: 0.5, fontSize: 13, color: "warning.main" }}>! {one}</Box>)}
      <Box sx={{ ...quiet, mb: 2 }}>{compared(measured.reconciliation)}</Box>
    </>
  );
}
