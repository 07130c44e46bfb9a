import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { type ReactNode, useId } from "react";

interface Props {
  /** For links to this part. */
  id?: string;
  title: string;
  about: ReactNode;
  children: ReactNode;
}

/** A part of a page of settings: what it is on the left, what can be done on the right. */
export function Section({ id: anchor, title, about, children }: Props) {
  const id = useId();
  return (
    <Box
      component="section"
      id={anchor}
      aria-labelledby={id}
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "1fr", md: "280px minmax(0, 1fr)" },
        columnGap: 6,
        rowGap: 2,
        py: 4,
        borderTop: 1,
        borderColor: "line",
        scrollMarginTop: 56,
      }}>
      <div>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        <Typography variant="body2" sx={{ color: "text.secondary", mt: 0.5 }}>
          {about}
        </Typography>
      </div>
      <Box sx={{ minWidth: 0 }}>{children}</Box>
    </Box>
  );
}
