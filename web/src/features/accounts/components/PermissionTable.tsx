import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Permission } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { permissionsQuery, useGrant, useRevoke } from "../hooks/administration";
import { nameOf } from "../hooks/me";
import { type Column, DataTable } from "../../../ui/DataTable";

export type Level = Permission["level"];
const LEVELS: { level: Level; text: string }[] = [
  { level: "read", text: "Read" },
  { level: "write", text: "Read and write" },
  { level: "admin", text: "Admin" },
];

/** Who a channel is shared with; `form` adds somebody. */
export function PermissionTable({ channel, name, form }: { channel: string; name: string; form: (taken: string[]) => ReactNode }) {
  const found = useQuery(permissionsQuery(channel));
  const grant = useGrant();
  const revoke = useRevoke();
  const ask = useConfirm((state) => state.ask);
  const error = grant.error ?? revoke.error;
  const items = found.data?.items ?? [];

  const askRevoke = (one: Permission) =>
    ask({
      title: `Revoke access of ${nameOf(one)} to “${name}”?`,
      body: "They lose access to the channel, its runs and videos immediately. Nothing is deleted.",
      action: "Revoke permission",
      onConfirm: () => revoke.mutate({ channel, user: one.user_id }),
    });

  const columns: Column<Permission>[] = [
    { header: "User", kind: "name", cell: nameOf, detail: (one) => one.full_name && one.email },
    {
      header: "Permission",
      cell: (one) => (
        <LevelSelect
          value={one.level}
          label={`Permission of ${nameOf(one)}`}
          disabled={grant.isPending}
          onChange={(level) => grant.mutate({ channel, user: one.user_id, level })}
        />
      ),
    },
    { header: "Granted", kind: "time", cell: (one) => one.granted_at },
    {
      kind: "actions",
      cell: (one) => (
        <Button size="small" color="error" onClick={() => askRevoke(one)} disabled={revoke.isPending}>
          Revoke
        </Button>
      ),
    },
  ];

  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  return (
    <>
      {error && <ErrorAlert error={error} />}
      <DataTable
        stacked
        label="Permissions"
        columns={columns}
        rows={items}
        rowKey={(one) => one.user_id}
        empty={<Typography sx={{ color: "text.secondary" }}>Not shared with anyone yet.</Typography>}
      />
      {form(items.map((one) => one.user_id))}
    </>
  );
}

interface LevelProps {
  value: Level;
  label: string;
  onChange: (level: Level) => void;
  disabled?: boolean;
  labelled?: boolean;
}

export function LevelSelect({ value, label, onChange, disabled, labelled }: LevelProps) {
  return (
    <TextField
      select
      size="small"
      value={value}
      disabled={disabled}
      label={labelled ? label : undefined}
      onChange={(event) => onChange(event.target.value as Level)}
      sx={{ width: 170, ...(labelled ? {} : { "& .MuiSelect-select": { py: 0.75, fontSize: 13 } }) }}
      slotProps={labelled ? undefined : { select: { SelectDisplayProps: { "aria-label": label } } }}>
      {LEVELS.map((one) => (
        <MenuItem key={one.level} value={one.level}>
          {one.text}
        </MenuItem>
      ))}
    </TextField>
  );
}
