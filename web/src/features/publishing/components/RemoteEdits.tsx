import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { Publication, RemoteEdit } from "../../../api/client";
import type { Access } from "../../../lib/access";
import { allowanceTo, reasonOf } from "../../../lib/allowance";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useIsAnalyst, useZone } from "../../accounts/hooks/me";
import { publicationEditsQuery } from "../hooks/publicationEdits";
import { FIELD, shownValue, useResolveRemoteEdits } from "../hooks/remoteEdits";

const quiet = { color: "text.secondary", fontSize: 13 } as const;

/** Fields that were edited on YouTube, and which version is kept. Nothing, where there are none. */
export function RemoteEdits({ publication, access }: { publication: Publication; access: Access }) {
  const isAnalyst = useIsAnalyst();
  const { remote_edits: edits, remote_edits_seen_at: at } = publication;
  if (!edits.length || !at) return null;
  return (
    <Box
      component="section"
      aria-labelledby="edited-on-youtube"
      sx={{ my: 2, p: 2, border: 1, borderColor: "warning.main", borderRadius: 1 }}>
      <Typography id="edited-on-youtube" variant="h3" sx={{ fontSize: 15, fontWeight: 600 }}>
        Edited on YouTube
      </Typography>
      <Box sx={{ ...quiet, mb: 1 }}>
        Detected <TimeAgo at={at} />. YouTube keeps these values until you choose, even if other fields are updated.
      </Box>
      <Differences edits={edits} />
      {!isAnalyst && <Choice publication={publication} access={access} />}
    </Box>
  );
}

function Differences({ edits }: { edits: readonly RemoteEdit[] }) {
  const zone = useZone();
  return (
    <Box component="dl" sx={{ m: 0, display: "grid", gap: 1.5 }}>
      {edits.map((one) => (
        <div key={one.field}>
          <Box component="dt" sx={{ fontWeight: 600, fontSize: 13 }}>
            {FIELD[one.field]}
          </Box>
          <Box component="dd" sx={{ m: 0, display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, columnGap: 3 }}>
            <Value whose="YouTube" text={shownValue(one.field, one.remote, zone)} />
            <Value whose="Local" text={shownValue(one.field, one.local, zone)} />
          </Box>
        </div>
      ))}
    </Box>
  );
}

function Value({ whose, text }: { whose: string; text: string }) {
  return (
    <Box sx={{ minWidth: 0, overflowWrap: "anywhere", whiteSpace: "pre-line", maxHeight: 120, overflowY: "auto" }}>
      <Box component="span" sx={quiet}>
        {whose}:{" "}
      </Box>
      {text}
    </Box>
  );
}

/** One answer for all of it. While a change is under way there is nothing to choose. */
function Choice({ publication, access }: { publication: Publication; access: Access }) {
  const id = publication.video_id;
  const [last] = useQuery(publicationEditsQuery(id)).data ?? [];
  const decide = useResolveRemoteEdits(publication);
  const button = { size: "small", why: reasonOf(allowanceTo.editOnYouTube(access, last)), isBusy: decide.isPending } as const;
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 2 }}>
        <ExplainedButton {...button} variant="contained" onClick={() => decide.mutate("remote")}>
          Use YouTube's version
        </ExplainedButton>
        <ExplainedButton {...button} variant="outlined" onClick={() => decide.mutate("local")}>
          Restore our version
        </ExplainedButton>
      </Box>
      {decide.error && (
        <ErrorAlert
          error={decide.error}
          messages={{ precondition_failed: "It has changed since it was shown. Check it again and choose." }}
        />
      )}
    </>
  );
}
