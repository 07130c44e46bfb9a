import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { Money } from "./Money";
import { RowLink } from "./dataTableStyles";
import { StatusChip, StatusMark } from "./StatusChip";
import type { StatusLabel } from "./statuses";
import { TimeAgo } from "./TimeAgo";

/** What a cell gives, by the kind of its column. */
type Content<Row> =
  | {
      /** A name is emphasized, numbers and actions stand at the right; text is the default. */
      kind?: "text" | "name" | "number" | "actions";
      cell: (row: Row, index: number) => ReactNode;
    }
  | {
      kind: "money";
      /** An amount in USD, as the API gives it. */
      cell: (row: Row) => string;
    }
  | {
      kind: "time";
      /** A moment, as the API gives it. */
      cell: (row: Row) => string | null | undefined;
      /** What is written where there is none; "–" otherwise. */
      none?: string;
    }
  | {
      /** A mark has no words beside it. */
      kind: "status" | "mark";
      cell: (row: Row) => StatusLabel | null;
    };

export type Column<Row> = Content<Row> & {
  /** Pictures, marks and actions need none. */
  header?: string;
  /** What the row is about; without it, that is the first column with a header. */
  isTitle?: boolean;
  /** The page that a click anywhere in the row opens. */
  linkTo?: (row: Row) => string;
  /** What stands behind the text, outside its link or button. */
  after?: (row: Row) => ReactNode;
  /** A second, smaller line. */
  detail?: (row: Row) => ReactNode;
  isHidden?: boolean;
  align?: "left" | "right";
  isMuted?: boolean;
  wrap?: "never" | "anywhere";
  width?: number | string;
  maxWidth?: number;
  /** Where the rows are stacked, it takes a whole line. */
  isWide?: boolean;
  /** How many columns the cell takes in this row. */
  colSpan?: (row: Row) => number;
};

interface Props<Row> {
  column: Column<Row>;
  row: Row;
  index: number;
  /** Of the title of a row that can be expanded. */
  toggle?: { isOpen: boolean; controls: string };
}

export function DataCell<Row>({ column, row, index, toggle }: Props<Row>) {
  const content = contentOf(column, row, index);
  const detail = column.detail?.(row);
  const after = column.after?.(row);
  return (
    <>
      {column.linkTo ? <RowLink to={column.linkTo(row)}>{content}</RowLink> : toggle ? <Toggle {...toggle}>{content}</Toggle> : content}
      {after}
      {detail && <Box sx={{ color: "text.secondary", fontSize: 12, fontWeight: 400 }}>{detail}</Box>}
    </>
  );
}

function contentOf<Row>(column: Column<Row>, row: Row, index: number): ReactNode {
  switch (column.kind) {
    case "money":
      return <Money amount={column.cell(row)} />;
    case "time": {
      const at = column.cell(row);
      return at ? <TimeAgo at={at} /> : <Muted>{column.none ?? "–"}</Muted>;
    }
    case "status": {
      const status = column.cell(row);
      return status && <StatusChip status={status} />;
    }
    case "mark": {
      const status = column.cell(row);
      return status && <StatusMark status={status} />;
    }
    case undefined:
    case "text":
    case "name":
    case "number":
    case "actions":
      return column.cell(row, index);
  }
}

const Muted = styled("span")(({ theme }) => ({ color: theme.palette.text.secondary }));

const ToggleButton = styled("button")(({ theme }) => ({
  all: "unset",
  cursor: "pointer",
  color: theme.palette.text.primary,
  fontWeight: 550,
  borderRadius: 4,
  "&:focus-visible": { outline: `2px solid ${theme.palette.primary.main}`, outlineOffset: 2 },
}));

/** Opens and closes the row: its click reaches the row, which is the larger target for a mouse. */
function Toggle({ isOpen, controls, children }: { isOpen: boolean; controls: string; children: ReactNode }) {
  return (
    <ToggleButton type="button" aria-expanded={isOpen} aria-controls={controls}>
      <Box component="span" aria-hidden sx={{ display: "inline-block", width: 16, color: "text.secondary" }}>
        {isOpen ? "▾" : "▸"}
      </Box>
      {children}
    </ToggleButton>
  );
}
