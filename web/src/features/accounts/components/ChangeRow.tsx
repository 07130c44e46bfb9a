import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useId, useState } from "react";
import type { Change } from "../../../api/client";
import { exactMoment } from "../../../lib/dates";
import { Monospace } from "../../../ui/Monospace";
import { ACTION, changedColumns, type Side, entityLabel } from "../hooks/trail";
import { useZone } from "../hooks/me";

const Toggle = styled("button")(({ theme }) => ({
  all: "unset",
  cursor: "pointer",
  color: theme.palette.text.primary,
  fontWeight: 550,
  borderRadius: 4,
  "&:focus-visible": { outline: `2px solid ${theme.palette.primary.main}`, outlineOffset: 2 },
}));

interface Props {
  change: Change;
  /** Whose row it is, where that is known. */
  whose: string | undefined;
  /** Show only the history of this row. */
  onRow: (table: string, row: string) => void;
}

export function ChangeRow({ change, whose, onRow }: Props) {
  const [open, setOpen] = useState(false);
  const zone = useZone();
  const id = useId();
  const said = `${entityLabel(change.table_name)} ${ACTION[change.action]}`;
  return (
    <>
      <TableRow
        sx={{ cursor: "pointer", "&:hover": { bgcolor: "sunken" }, "& td": { borderBottom: open ? 0 : undefined } }}
        onClick={() => setOpen(!open)}>
        <TableCell sx={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>{exactMoment(change.occurred_at, zone)}</TableCell>
        <TableCell sx={{ whiteSpace: "nowrap" }}>{who(change)}</TableCell>
        <TableCell sx={{ whiteSpace: "nowrap" }}>
          <Toggle
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={(event) => {
              event.stopPropagation();
              setOpen(!open);
            }}>
            <Box component="span" aria-hidden sx={{ display: "inline-block", width: 16, color: "text.secondary" }}>
              {open ? "▾" : "▸"}
            </Box>
            {said}
          </Toggle>
          {whose && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              , {whose}
            </Box>
          )}
        </TableCell>
        <TableCell
          sx={{ color: "text.secondary", width: "40%", maxWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {change.changed.join(", ")}
        </TableCell>
        <TableCell sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>{change.ip_address ?? "–"}</TableCell>
      </TableRow>
      {open && (
        <TableRow id={id}>
          <TableCell colSpan={5} sx={{ pt: "0 !important", pb: "24px !important", pl: "28px !important" }}>
            <Columns change={change} said={said} />
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, mt: 1.5, fontSize: 12, color: "text.secondary" }}>
              <Link component="button" sx={{ fontSize: 12 }} onClick={() => onRow(change.table_name, change.row_key)}>
                All changes of this row
              </Link>
              <span>
                {change.table_name} <Monospace sx={{ fontSize: 12 }}>{change.row_key}</Monospace>
              </span>
              {change.request_id && (
                <span>
                  request <Monospace sx={{ fontSize: 12 }}>{change.request_id}</Monospace>
                </span>
              )}
            </Box>
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

function who(change: Change): string {
  if (change.user_name) return change.user_name;
  if (!change.user_id) return "System";
  return change.role === "service" ? "System" : "Local operator";
}

function Columns({ change, said }: { change: Change; said: string }) {
  return (
    <Table
      size="small"
      aria-label={said}
      sx={{
        tableLayout: "fixed",
        bgcolor: "background.paper",
        border: 1,
        borderColor: "line",
        borderRadius: 1,
        borderCollapse: "separate",
        "& tr:last-child td": { border: 0 },
      }}>
      <TableHead>
        <TableRow>
          <TableCell sx={{ width: 220 }}>Column</TableCell>
          <TableCell>Before</TableCell>
          <TableCell>After</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {changedColumns(change).map(({ column, before, after }) => (
          <TableRow key={column} sx={{ "& td": { verticalAlign: "top" } }}>
            <TableCell>
              <Monospace>{column}</Monospace>
            </TableCell>
            <TableCell>
              <Value side={before} mark="−" tone="error.main" />
            </TableCell>
            <TableCell>
              <Value side={after} mark="+" tone="success.main" />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const SIDE_TEXT = { empty: "empty", absent: "–", secret: "changed, not recorded", erased: "erased with the user" };

function Value({ side, mark, tone }: { side: Side; mark: string; tone: string }) {
  if (side.kind !== "value")
    return (
      <Box component="span" sx={{ color: "text.secondary", fontStyle: side.kind === "absent" ? "normal" : "italic" }}>
        {SIDE_TEXT[side.kind]}
      </Box>
    );
  return (
    <Box sx={{ display: "flex", gap: 1, maxHeight: 240, overflow: "auto" }}>
      <Box component="span" aria-hidden sx={{ color: tone, fontWeight: 650 }}>
        {mark}
      </Box>
      <Monospace sx={{ whiteSpace: "pre-wrap" }}>{side.text}</Monospace>
    </Box>
  );
}
