import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { Edit, Publication } from "../../../api/client";
import type { Access } from "../../../lib/access";
import { ErrorNote } from "../../../ui/ErrorNote";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useZone } from "../../accounts/hooks/me";
import { changesQuery, may } from "../hooks/changing";
import { FIELD, shownValue, useDecide } from "../hooks/edits";

const quiet = { color: "text.secondary", fontSize: 13 } as const;

/** What somebody edited at YouTube by hand, and whose is kept. Nothing, where nobody did. */
export function EditedThere({ publication, access }: { publication: Publication; access: Access }) {
  const { edits, edits_seen_at: at } = publication;
  if (!edits.length || !at) return null;
  return (
    <Box component="section" aria-labelledby="edited-there" sx={{ my: 2, p: 2, border: 1, borderColor: "warning.main", borderRadius: 1 }}>
      <Typography id="edited-there" variant="h3" sx={{ fontSize: 15, fontWeight: 600 }}>Edited at YouTube</Typography>
      <Box sx={{ ...quiet, mb: 1 }}>Seen <TimeAgo at={at} />. It stays so there until you choose, whatever else is changed.</Box>
      <Differences edits={edits} />
      {may(access).change && <Choice publication={publication} />}
    </Box>
  );
}

function Differences({ edits }: { edits: readonly Edit[] }) {
  const zone = useZone();
  return (
    <Box component="dl" sx={{ m: 0, display: "grid", gap: 1.5 }}>
      {edits.map((one) => (
        <div key={one.field}>
          <Box component="dt" sx={{ fontWeight: 600, fontSize: 13 }}>{FIELD[one.field]}</Box>
          <Box component="dd" sx={{ m: 0, display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, columnGap: 3 }}>
            <Value whose="At YouTube" words={shownValue(one.field, one.theirs, zone)} />
            <Value whose="Ours" words={shownValue(one.field, one.ours, zone)} />
          </Box>
        </div>
      ))}
    </Box>
  );
}

function Value({ whose, words }: { whose: string; words: string }) {
  return <Box sx={{ minWidth: 0, overflowWrap: "anywhere", whiteSpace: "pre-line", maxHeight: 120, overflowY: "auto" }}><Box component="span" sx={quiet}>{whose}: </Box>{words}</Box>;
}

/** One answer for all of it. While a change is under way there is nothing to choose. */
function Choice({ publication }: { publication: Publication }) {
  const id = publication.video_id;
  const [last] = useQuery(changesQuery(id)).data ?? [];
  const decide = useDecide(publication);
  const busy = decide.isPending || last?.status === "planned";
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 2 }}>
        <Button size="small" variant="contained" disabled={busy} onClick={() => decide.mutate("theirs")}>Keep YouTube's</Button>
        <Button size="small" variant="outlined" disabled={busy} onClick={() => decide.mutate("ours")}>Restore ours</Button>
      </Box>
      {decide.error && <ErrorNote error={decide.error} words={{ precondition_failed: "It has changed since this was shown. Look at it again, and choose." }} />}
    </>
  );
}
