import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { type Key, type ReactNode, useId, useState } from "react";
import { type Column, DataCell } from "./DataCell";
import { LinkedRow, StackedTable, StickyTable } from "./dataTableStyles";
import { ScrollBox } from "./ScrollBox";

export type { Column } from "./DataCell";

interface Props<Row> {
  /** The table's name, for those who do not see what stands above it. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row, index: number) => Key;
  /** What is shown where there are no rows; without it, nothing is. */
  empty?: ReactNode;
  /** What a click on the row shows below it. The row's title becomes the button. */
  expandedRow?: (row: Row) => ReactNode;
  /** Rows that are of less account. */
  isMuted?: (row: Row) => boolean;
  /** Cells of several lines begin at the same height. */
  alignTop?: boolean;
  /** The rows are those of an earlier question, until the answer is here. */
  isStale?: boolean;
  /**
   * On a narrow screen, each row is a block of its cells with their headers: for tables with actions or long texts. Otherwise the
   * table is scrolled while the rows' titles stay, so that figures can still be compared.
   */
  stacked?: boolean;
  sx?: SxProps<Theme>;
}

export function DataTable<Row>({ label, columns, rows, rowKey, empty = null, isStale, stacked = false, sx = [], ...rest }: Props<Row>) {
  if (!rows.length) return empty;
  const shown = columns.filter((column) => !column.isHidden);
  const title = shown.find((column) => column.isTitle) ?? shown.find((column) => column.header);
  const roles = stacked ? ROLES : NO_ROLES;
  const Root = stacked ? StackedTable : StickyTable;
  return (
    <Box sx={[{ opacity: isStale ? 0.6 : 1 }, ...(Array.isArray(sx) ? sx : [sx])]}>
      <ScrollBox>
        <Root size="small" role={roles.table} aria-label={label}>
          <TableHead role={roles.rowgroup}>
            <TableRow role={roles.row}>
              {shown.map((column, at) => (
                <TableCell
                  key={at}
                  role={roles.columnheader}
                  data-title={column === title || undefined}
                  sx={{ width: column.width, textAlign: isRightAligned(column) ? "right" : undefined }}>
                  {column.header}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody role={roles.rowgroup}>
            {rows.map((row, at) => (
              <DataRow key={rowKey(row, at)} {...rest} row={row} index={at} columns={shown} title={title} roles={roles} />
            ))}
          </TableBody>
        </Root>
      </ScrollBox>
    </Box>
  );
}

// some browsers take elements that are displayed as blocks no longer for a table, unless their roles say so
const ROLES = { table: "table", rowgroup: "rowgroup", row: "row", columnheader: "columnheader", cell: "cell" };
const NO_ROLES: Partial<typeof ROLES> = {};

const isRightAligned = <Row,>({ kind, align }: Column<Row>) =>
  (align ?? (kind === "number" || kind === "money" || kind === "actions" ? "right" : "left")) === "right";

interface RowProps<Row> extends Pick<Props<Row>, "expandedRow" | "isMuted" | "alignTop"> {
  row: Row;
  index: number;
  columns: Column<Row>[];
  title: Column<Row> | undefined;
  roles: Partial<typeof ROLES>;
}

function DataRow<Row>({ row, index, columns, title, roles, expandedRow, isMuted, alignTop }: RowProps<Row>) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const Root = columns.some((column) => column.linkTo) ? LinkedRow : TableRow;
  const expandable = expandedRow && {
    cursor: "pointer",
    "&:hover": { bgcolor: "sunken" },
    "& > td": { borderBottom: open ? 0 : undefined },
  };
  return (
    <>
      <Root role={roles.row} onClick={expandedRow && (() => setOpen(!open))} sx={expandable}>
        {withoutSpanned(columns, row).map(({ column, colSpan }, at) => (
          <TableCell
            key={at}
            role={roles.cell}
            colSpan={colSpan}
            data-title={column === title || undefined}
            // a cell that spans others speaks for itself
            data-label={column === title || spansOthers(colSpan) ? undefined : column.header}
            data-wide={column === title || column.isWide || !column.header || spansOthers(colSpan) || undefined}
            sx={{
              ...KIND_STYLES[column.kind ?? "text"],
              ...(isRightAligned(column) && { textAlign: "right" }),
              ...(column.wrap && WRAP_STYLES[column.wrap]),
              ...((column.isMuted || isMuted?.(row)) && { color: "text.secondary" }),
              ...(alignTop && { verticalAlign: "top" }),
              maxWidth: column.maxWidth,
            }}>
            <DataCell
              column={column}
              row={row}
              index={index}
              toggle={expandedRow && column === title ? { isOpen: open, controls: id } : undefined}
            />
          </TableCell>
        ))}
      </Root>
      {expandedRow && open && (
        <TableRow id={id} role={roles.row}>
          <TableCell role={roles.cell} data-wide colSpan={columns.length} sx={{ pt: 0, pb: 3, pl: 3.5 }}>
            {expandedRow(row)}
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

// on a narrow screen text would become a column of single words
const TEXT = { minWidth: { xs: 88, md: "auto" } } as const;
const FIGURES = { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;
const KIND_STYLES = {
  text: TEXT,
  name: { ...TEXT, fontWeight: 550 },
  number: FIGURES,
  money: FIGURES,
  time: { whiteSpace: "nowrap" },
  status: {},
  mark: { pr: 0 },
  // the height of a row is that of its text, not of its buttons
  actions: { whiteSpace: "nowrap", py: 0.25 },
} as const;
const WRAP_STYLES = { never: { whiteSpace: "nowrap" }, anywhere: { overflowWrap: "anywhere" } } as const;

const spansOthers = (colSpan = 1) => colSpan > 1;

/** The cells of a row: those that another cell spans are left out. */
function withoutSpanned<Row>(columns: Column<Row>[], row: Row) {
  const cells: { column: Column<Row>; colSpan: number | undefined }[] = [];
  for (let at = 0; at < columns.length;) {
    const column = columns[at]!;
    const colSpan = column.colSpan?.(row);
    cells.push({ column, colSpan });
    at += colSpan ?? 1;
  }
  return cells;
}
