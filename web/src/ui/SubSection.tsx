import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type ReactNode, useId } from "react";

/** A part of the page with its own heading, and at its right what it is as of. */
export function SubSection({
  title,
  about,
  aside,
  children,
}: {
  title: string;
  about?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 4 }}>
      <Box sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, alignItems: "baseline", columnGap: 2, mb: 1 }}>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        {about && (
          <Box sx={{ color: "text.secondary", fontSize: 13, flex: { xs: "1 0 100%", md: 1 }, order: { xs: 1, md: 0 }, minWidth: 0 }}>
            {about}
          </Box>
        )}
        {aside && <Box sx={{ color: "text.secondary", fontSize: 13, ml: "auto", whiteSpace: "nowrap" }}>{aside}</Box>}
      </Box>
      {children}
    </Box>
  );
}
