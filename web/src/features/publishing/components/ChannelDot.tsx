import { styled } from "@mui/material/styles";

/** A channel's colour, beside its name. */
export const ChannelDot = styled("span")<{ colour: string }>(({ theme, colour }) => ({
  display: "inline-block",
  width: 10,
  height: 10,
  borderRadius: 3,
  flexShrink: 0,
  background: colour,
  border: `1px solid ${theme.palette.line}`,
}));
