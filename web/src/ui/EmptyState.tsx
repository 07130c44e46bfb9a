import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

export function EmptyState({ title, body, action }: { title: string; body: string; action?: ReactNode }) {
  return (
    <Box sx={{ border: 1, borderColor: "line", borderStyle: "dashed", borderRadius: 1, p: 6, textAlign: "center" }}>
      <Typography variant="h2">{title}</Typography>
      <Typography sx={{ color: "text.secondary", mt: 1, mb: action ? 3 : 0 }}>{body}</Typography>
      {action}
    </Box>
  );
}
