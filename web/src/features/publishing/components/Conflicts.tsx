import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useState } from "react";
import { Link as RouterLink } from "react-router";
import type { CalendarConflict } from "../../../api/client";
import { paths } from "../../../app/paths";

const FIRST = 4;

/** Conflicts of the calendar, and how to resolve them. */
export function Conflicts({ conflicts }: { conflicts: CalendarConflict[] }) {
  const [all, setAll] = useState(false);
  if (!conflicts.length) return null;
  const shown = all ? conflicts : conflicts.slice(0, FIRST);
  return (
    <Box component="section" aria-label="Conflicts" sx={{ mb: 2, borderLeft: 3, borderColor: "warning.main", pl: 2, fontSize: 13 }}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 0.75 }}>
        {shown.map((one) => (
          <Box
            component="li"
            key={`${one.kind} ${one.channel_id} ${one.at} ${one.message}`}
            sx={{ display: "flex", gap: 1, alignItems: "baseline" }}>
            <Box component="span" aria-hidden sx={{ color: "warning.main", fontWeight: 700 }}>
              !
            </Box>
            <span>
              {one.message}{" "}
              <Box component="span" sx={{ color: "text.secondary" }}>
                {one.hint}
              </Box>{" "}
              <Way conflict={one} />
            </span>
          </Box>
        ))}
      </Box>
      {conflicts.length > FIRST && (
        <Button size="small" color="inherit" onClick={() => setAll(!all)} sx={{ mt: 0.5, ml: -0.5 }}>
          {all ? "Show fewer" : `Show all ${conflicts.length}`}
        </Button>
      )}
    </Box>
  );
}

/** Where it can be resolved. */
function Way({ conflict }: { conflict: CalendarConflict }) {
  const [video] = conflict.video_ids;
  const ofChannel = conflict.kind === "channel_stopped" || conflict.kind === "not_connected" || !video;
  return ofChannel ? (
    <Link component={RouterLink} to={paths.channel(conflict.channel_id)}>
      Open channel
    </Link>
  ) : (
    conflict.video_ids.length === 1 && (
      <Link component={RouterLink} to={paths.video(video)}>
        Open video
      </Link>
    )
  );
}
