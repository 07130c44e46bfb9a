import Box from "@mui/material/Box";
import { Fragment, type ReactNode } from "react";

/** What is so, by name, where nothing of it can be changed. */
export function FactList({ facts }: { facts: Record<string, ReactNode> }) {
  return (
    <Box
      component="dl"
      sx={{
        display: "grid",
        gridTemplateColumns: { xs: "112px minmax(0, 1fr)", sm: "160px minmax(0, 1fr)" },
        columnGap: 2,
        rowGap: 1,
        m: 0,
        maxWidth: 640,
        "& dt": { color: "text.secondary" },
        "& dd": { m: 0, overflowWrap: "anywhere" },
      }}>
      {Object.entries(facts).map(([name, fact]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </Fragment>
      ))}
    </Box>
  );
}
