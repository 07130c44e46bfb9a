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
    <Box component="header" sx={{ display: "flex", gap: 3, alignItems: "flex-start", mb: 3 }}>
      <title>{`${title} · YTEMPIRE`}</title>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="h1">{title}</Typography>
        {below}
      </Box>
      {actions && <Box sx={{ display: "flex", gap: 1, flexShrink: 0 }}>{actions}</Box>}
    </Box>
  );
}
