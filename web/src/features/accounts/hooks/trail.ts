import type { Change } from "../../../api/client";

/** One side of a changed column: a value, or why there is none to show. */
export type Side = { kind: "value"; text: string } | { kind: "empty" | "absent" | "secret" | "erased" };

export interface ChangedColumn {
  column: string;
  before: Side;
  after: Side;
}

/** The changed columns of a change, before beside after. Secret ones are only named, so neither side has a value. */
export function changedColumns(change: Pick<Change, "changed" | "old" | "new">): ChangedColumn[] {
  const columns = change.changed.map((column) => {
    const secret = !(column in (change.old ?? {})) && !(column in (change.new ?? {}));
    return { column, before: side(change.old, column, secret), after: side(change.new, column, secret) };
  });
  // a column that a new row leaves empty says nothing
  const nothing = ({ kind }: Side) => kind === "absent" || kind === "empty";
  return columns.filter(({ before, after }) => !(nothing(before) && nothing(after)));
}

/** Which user or permission a row is, where the key says it. */
export function subject(change: Pick<Change, "table_name" | "row_key">, people: ReadonlyMap<string, string>): string | undefined {
  if (change.table_name !== "core.users" && change.table_name !== "core.permissions") return undefined;
  return people.get(change.row_key.split(":")[0]!);
}

function side(values: Record<string, unknown> | null, column: string, secret: boolean): Side {
  // a row that was just made has no before, a deleted one no after
  if (values === null) return { kind: "absent" };
  if (secret) return { kind: "secret" };
  const value = values[column];
  if (value === null || value === undefined || value === "") return { kind: "empty" };
  if (isDigest(value)) return { kind: "erased" };
  return { kind: "value", text: typeof value === "string" ? value : typeof value === "object" ? written(value) : JSON.stringify(value) };
}

/** Plain lists as one line, the rest as JSON over several. */
function written(value: object): string {
  const plain = Array.isArray(value) && value.every((one) => typeof one !== "object");
  return plain ? value.join(", ") || "none" : JSON.stringify(value, null, 2);
}

/** What stays of a personal value after its person was erased. */
const isDigest = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 1 && "digest" in value;

const ENTITIES: Record<string, string> = {
  "core.users": "User",
  "core.sessions": "Session",
  "core.api_keys": "API key",
  "core.recovery_codes": "Recovery code",
  "core.permissions": "Permission",
  "core.channels": "Channel",
  "core.videos": "Video",
  "core.budgets": "Budget",
  "core.feature_flags": "Feature flag",
  "core.setting_overrides": "Setting",
  "core.system_configuration": "Setting", // its name in entries from before 2026-11-30
  "core.prices": "Price",
};
export const AUDITED = Object.entries(ENTITIES).map(([table, label]) => ({ table, label: `${label}s` }));
export const entityLabel = (table: string) => ENTITIES[table] ?? table;
export const ACTION: Record<Change["action"], string> = { insert: "created", update: "changed", delete: "deleted" };
