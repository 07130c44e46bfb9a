import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

interface Props {
  title: string;
  below?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, below, actions }: Props) {
  return (
    <Box
      component="header"
      sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, columnGap: 3, rowGap: 1.5, alignItems: "flex-start", mb: 3 }}>
      <title>{`${title} · YTEMPIRE`}</title>
      <Box sx={{ flex: { xs: "1 1 100%", md: 1 }, minWidth: 0 }}>
        <Typography variant="h1">{title}</Typography>
        {below}
      </Box>
      {actions && (
        <Box sx={{ display: "flex", flexWrap: { xs: "wrap", md: "nowrap" }, gap: 1, flexShrink: { md: 0 }, maxWidth: "100%" }}>
          {actions}
        </Box>
      )}
    </Box>
  );
}
