import { styled } from "@mui/material/styles";

/** One line on a day: a button, so that the keyboard reaches what the mouse does. */
export const RowButton = styled("button")<{ colour?: string }>(({ theme, colour }) => ({
  font: "inherit",
  fontSize: 12,
  lineHeight: "18px",
  textAlign: "left",
  cursor: "pointer",
  width: "100%",
  minWidth: 0,
  color: theme.palette.text.primary,
  padding: "2px 6px",
  borderRadius: 4,
  border: colour ? 0 : `1px dashed ${theme.palette.line}`,
  borderLeft: colour ? `3px solid ${colour}` : undefined,
  background: colour ? theme.palette.sunken : "transparent",
  "&:hover": { background: theme.palette.line },
  "&:focus-visible": { outlineOffset: -2 },
}));
