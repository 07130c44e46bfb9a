import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** A form's button, and beside it that it was done. */
export function SuccessMessage({ saved, text = "Saved", action }: { saved: boolean; text?: string; action: ReactNode }) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 2 }}>
      {action}
      <Box role="status" sx={{ color: "success.main", fontSize: 13 }}>
        {saved && `✓ ${text}`}
      </Box>
    </Box>
  );
}
