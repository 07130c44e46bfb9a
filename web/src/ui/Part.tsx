import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type ReactNode, useId } from "react";

/** A part of the page with its own heading, and at its right what it is as of. */
export function Part({ title, about, aside, children }: { title: string; about?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 4 }}>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 2, mb: 1 }}>
        <Typography id={id} variant="h2">{title}</Typography>
        {about && <Box sx={{ color: "text.secondary", fontSize: 13, flex: 1, minWidth: 0 }}>{about}</Box>}
        {aside && <Box sx={{ color: "text.secondary", fontSize: 13, ml: "auto", whiteSpace: "nowrap" }}>{aside}</Box>}
      </Box>
      {children}
    </Box>
  );
}
