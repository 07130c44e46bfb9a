import Box from "@mui/material/Box";

/** A colour of a brand; its name is said beside it. */
export function ColorSwatch({ colour, size = 12 }: { colour: string; size?: number }) {
  return (
    <Box
      component="span"
      aria-hidden
      title={colour}
      sx={{
        display: "inline-block",
        width: size,
        height: size,
        borderRadius: "3px",
        bgcolor: colour,
        border: 1,
        borderColor: "line",
        flexShrink: 0,
        verticalAlign: "-1px",
      }}
    />
  );
}
