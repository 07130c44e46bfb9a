import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router";

/** On a narrow screen the titles of the rows stay while the rest is scrolled. */
export const StickyTable = styled(Table)(({ theme }) => ({
  [theme.breakpoints.down("md")]: {
    "& > * > tr > [data-title]": {
      position: "sticky",
      left: 0,
      zIndex: 1,
      background: theme.palette.background.default,
      maxWidth: "50vw",
      boxShadow: `1px 0 ${theme.palette.line}`,
    },
  },
}));

/** On a narrow screen each row is a block: its title, then its cells side by side, each below its header. */
export const StackedTable = styled(Table)(({ theme }) => ({
  [theme.breakpoints.down("md")]: {
    "&, & > tbody": { display: "block" },
    // its words stand in the cells; who listens still has it
    "& > thead": { position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap" },
    "& > tbody > tr": {
      display: "grid",
      gridTemplateColumns: "repeat(auto-fill, minmax(130px, 1fr))",
      columnGap: 16,
      rowGap: 8,
      padding: "12px 0",
      borderBottom: `1px solid ${theme.palette.line}`,
      "& > td": { display: "block", maxWidth: "none", minWidth: 0, padding: 0, border: 0, textAlign: "left", whiteSpace: "normal" },
      "& > td:empty": { display: "none" },
      "& > td[data-wide]": { gridColumn: "1 / -1" },
      "& > td[data-title]": { order: -1 },
      "& > td[data-label]::before": {
        // the alternative text is empty: the header is read from the head; older browsers know only the first
        content: ["attr(data-label)", 'attr(data-label) / ""'] as unknown as string,
        display: "block",
        color: theme.palette.text.secondary,
        fontSize: 12,
      },
      // there is no padding that a button's frame could reach into
      "& .MuiButton-text": { marginRight: 0 },
      "& > td:not([data-label]) > .MuiButton-text:first-of-type": { marginLeft: -5 },
    },
  },
}));

export const LinkedRow = styled(TableRow)(({ theme }) => ({
  position: "relative",
  "&:hover": { background: theme.palette.sunken },
  "&:focus-within": { background: theme.palette.sunken },
}));

/** The link of a row covers the row, so that it is one target for mouse and keyboard. */
export const RowLink = styled(Link)({
  color: "inherit",
  textDecoration: "none",
  fontWeight: 550,
  "&::after": { content: '""', position: "absolute", inset: 0 },
});
