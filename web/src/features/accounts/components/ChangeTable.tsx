import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { Change } from "../../../api/client";
import { exactMoment } from "../../../lib/dates";
import { Monospace } from "../../../ui/Monospace";
import { ACTION, changedColumns, type Side, entityLabel } from "../hooks/trail";
import { useZone } from "../hooks/me";
import { type Column, DataTable } from "../../../ui/DataTable";

interface Props {
  changes: Change[];
  /** Whose row it is, where that is known. */
  whose: (change: Change) => string | undefined;
  /** Show only the history of this row. */
  onRow: (table: string, row: string) => void;
}

/** Changes of the audit trail; each opens to show what it changed. */
export function ChangeTable({ changes, whose, onRow }: Props) {
  const zone = useZone();
  const columns: Column<Change>[] = [
    { header: "Time", kind: "number", align: "left", cell: (change) => exactMoment(change.occurred_at, zone) },
    { header: "User", wrap: "never", cell: who },
    {
      header: "Change",
      isTitle: true,
      wrap: "never",
      cell: summaryOf,
      after: (change) =>
        whose(change) && (
          <Box component="span" sx={{ color: "text.secondary" }}>
            , {whose(change)}
          </Box>
        ),
    },
    {
      header: "Columns",
      isMuted: true,
      isWide: true,
      width: "40%",
      maxWidth: 0,
      cell: (change) => <Box sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{change.changed.join(", ")}</Box>,
    },
    { header: "IP address", isMuted: true, wrap: "never", cell: (change) => change.ip_address ?? "–" },
  ];
  return (
    <DataTable
      stacked
      label="Changes"
      columns={columns}
      rows={changes}
      rowKey={(change) => change.id}
      expandedRow={(change) => <ChangeDetails change={change} onRow={onRow} />}
    />
  );
}

const summaryOf = (change: Change) => `${entityLabel(change.table_name)} ${ACTION[change.action]}`;

function ChangeDetails({ change, onRow }: { change: Change; onRow: Props["onRow"] }) {
  return (
    <>
      <ChangedColumns change={change} />
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
    </>
  );
}

function who(change: Change): string {
  if (change.user_name) return change.user_name;
  if (!change.user_id) return "System";
  return change.role === "service" ? "System" : "Local operator";
}

type ChangedColumn = ReturnType<typeof changedColumns>[number];
const COLUMNS: Column<ChangedColumn>[] = [
  { header: "Column", width: 220, cell: ({ column }) => <Monospace>{column}</Monospace> },
  { header: "Before", isWide: true, cell: ({ before }) => <Value side={before} mark="−" tone="error.main" /> },
  { header: "After", isWide: true, cell: ({ after }) => <Value side={after} mark="+" tone="success.main" /> },
];

function ChangedColumns({ change }: { change: Change }) {
  return (
    <DataTable
      alignTop
      stacked
      label={summaryOf(change)}
      columns={COLUMNS}
      rows={changedColumns(change)}
      rowKey={({ column }) => column}
      sx={{
        bgcolor: "background.paper",
        border: 1,
        borderColor: "line",
        borderRadius: 1,
        px: { xs: 1.5, md: 0 },
        "& table": { tableLayout: "fixed" },
        "& tr:last-child td": { border: 0 },
      }}
    />
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
