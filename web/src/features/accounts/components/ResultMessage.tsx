import Box from "@mui/material/Box";
import { type ReactNode, useEffect, useRef } from "react";

/** What came of it, in place of the form; the focus goes here, so that a screen reader says it. */
export function ResultMessage({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <Box
      ref={box}
      role="status"
      tabIndex={-1}
      sx={{ display: "grid", gap: 2, mt: 2, justifyItems: "start", "&:focus": { outline: "none" } }}>
      {children}
    </Box>
  );
}
