import { styled } from "@mui/material/styles";

/** What is copied or compared letter by letter. */
export const Monospace = styled("code")(({ theme }) => ({
  fontFamily: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSize: 13,
  overflowWrap: "anywhere",
  color: theme.palette.text.primary,
}));

export const MonospaceBlock = styled(Monospace)(({ theme }) => ({
  display: "block",
  background: theme.palette.sunken,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 6,
  padding: "10px 12px",
  whiteSpace: "pre-wrap",
}));
