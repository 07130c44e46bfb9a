import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { User } from "../../../api/client";
import { personName } from "../../../lib/person";
import { useConfirm } from "../../../stores/confirm";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { USER_STATUS } from "../../../ui/statuses";
import { useNow } from "../../../ui/useNow";
import type { useChangeUser } from "../hooks/administration";
import { meQuery, nameOf, ROLE } from "../hooks/me";
import { SegmentsDialog } from "./SegmentsDialog";

const ROLES: User["role"][] = ["admin", "operator", "analyst"];
const ROLE_MEANING: Record<User["role"], string> = {
  admin: "Administrators can view and change everything, including users and permissions.",
  operator: "Operators work with their own channels and with channels that are shared with them.",
  analyst: "Analysts can view metrics, without personal data.",
};

interface CellProps {
  user: User;
  change: ReturnType<typeof useChangeUser>;
  isMyself: boolean;
}

export function UserTable({ users, change, isStale }: { users: User[]; change: CellProps["change"]; isStale: boolean }) {
  const me = useQuery(meQuery()).data;
  const propsOf = (user: User): CellProps => ({ user, change, isMyself: user.id === me?.id });
  const columns: Column<User>[] = [
    {
      header: "User",
      kind: "name",
      wrap: "anywhere",
      cell: personName,
      after: (user) =>
        user.id === me?.id && (
          <Box component="span" sx={{ color: "text.secondary", fontWeight: 400 }}>
            {" "}
            (you)
          </Box>
        ),
      detail: (user) => (user.email ? user.full_name && user.email : "signs in with the printed link"),
    },
    { header: "Role", cell: (user) => <RoleSelect {...propsOf(user)} /> },
    { header: "Status", cell: (user) => <UserStatus user={user} /> },
    {
      header: "Second factor",
      cell: (user) => (
        <Box component="span" sx={{ color: user.has_second_factor ? undefined : "text.secondary" }}>
          {user.has_second_factor ? "on" : "off"}
        </Box>
      ),
    },
    { header: "Segments", cell: (user) => <Segments user={user} /> },
    { header: "Last sign-in", kind: "time", cell: (user) => user.last_sign_in_at, none: "never" },
    { header: "Created", kind: "time", cell: (user) => user.created_at },
    { kind: "actions", cell: (user) => <UserActions {...propsOf(user)} /> },
  ];
  return <DataTable stacked label="Users" columns={columns} rows={users} rowKey={(user) => user.id} isStale={isStale} />;
}

function RoleSelect({ user, change, isMyself }: CellProps) {
  const ask = useConfirm((state) => state.ask);
  const askRole = (role: User["role"]) =>
    ask({
      title: `Change ${isMyself ? "your role" : `the role of ${personName(user)}`} to ${ROLE[role].toLowerCase()}?`,
      action: "Change role",
      harmless: !isMyself,
      body: `${ROLE_MEANING[role]}${isMyself ? " You lose administrator access immediately and cannot restore it yourself." : ""}`,
      onConfirm: () => change.mutate({ id: user.id, change: { role } }),
    });
  return (
    <TextField
      select
      size="small"
      value={user.role}
      disabled={user.status === "deleted" || change.isPending}
      onChange={(event) => askRole(event.target.value as User["role"])}
      sx={{ width: 150, "& .MuiSelect-select": { py: 0.75, fontSize: 13 } }}
      slotProps={{ select: { SelectDisplayProps: { "aria-label": `Role of ${nameOf(user)}` } } }}>
      {ROLES.map((role) => (
        <MenuItem key={role} value={role}>
          {ROLE[role]}
        </MenuItem>
      ))}
    </TextField>
  );
}

function Segments({ user }: { user: User }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        color="inherit"
        disabled={user.status === "deleted"}
        aria-label={`Segments of ${personName(user)}`}
        onClick={() => setOpen(true)}
        sx={{
          color: "text.secondary",
          fontWeight: 400,
          ml: "-5px",
          textAlign: "left",
          lineHeight: 1.4,
          maxWidth: 200,
          overflowWrap: "anywhere",
        }}>
        {user.segments.join(", ") || "none"}
      </Button>
      {open && <SegmentsDialog user={user} onClose={() => setOpen(false)} />}
    </>
  );
}

function UserActions({ user, change, isMyself }: CellProps) {
  const ask = useConfirm((state) => state.ask);
  const setStatus = (status: "active" | "suspended") => change.mutate({ id: user.id, change: { status } });
  const askSuspend = () =>
    ask({
      title: isMyself ? "Suspend your own account?" : `Suspend ${personName(user)}?`,
      action: "Suspend account",
      body: "All sessions end immediately and signing in is blocked. The user's data is kept, and the account can be reactivated.",
      onConfirm: () => setStatus("suspended"),
    });
  if (user.status === "active")
    return (
      <Button size="small" color="error" disabled={change.isPending} onClick={askSuspend}>
        Suspend
      </Button>
    );
  if (user.status === "suspended")
    return (
      <Button size="small" disabled={change.isPending} onClick={() => setStatus("active")}>
        Reactivate
      </Button>
    );
  return null;
}

function UserStatus({ user }: { user: User }) {
  const now = useNow(10_000);
  return <StatusChip status={USER_STATUS[statusOf(user, now)]} />;
}

function statusOf({ status, locked_until, email, is_email_verified }: User, now: number): keyof typeof USER_STATUS {
  if (status !== "active") return status;
  if (locked_until && Date.parse(locked_until) > now) return "locked";
  return email && !is_email_verified ? "unverified" : "active";
}
