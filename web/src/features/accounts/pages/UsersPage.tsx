import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { User } from "../../../api/client";
import { personName } from "../../../lib/person";
import { useConfirm } from "../../../stores/confirm";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { useDebounced } from "../../../ui/useDebounced";
import { InviteDialog } from "../components/InviteDialog";
import { SegmentsDialog } from "../components/SegmentsDialog";
import { usersQuery, useChangeUser } from "../hooks/administration";
import { meQuery, nameOf, ROLE } from "../hooks/me";

const ROLES: User["role"][] = ["admin", "operator", "analyst"];
const ROLE_MEANING: Record<User["role"], string> = {
  admin: "Administrators can view and change everything, including users and permissions.",
  operator: "Operators work with their own channels and with channels that are shared with them.",
  analyst: "Analysts can view metrics, without personal data.",
};

export function UsersPage() {
  const [search, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(search.get("q") ?? "");
  const [inviting, setInviting] = useState(false);
  const q = useDebounced(typed.trim());
  const found = useInfiniteQuery(usersQuery(q));
  useEffect(() => setSearch(q ? { q } : {}, { replace: true }), [q, setSearch]);
  const change = useChangeUser();
  const users = found.data?.pages.flatMap((page) => page.items) ?? [];
  const active = users.filter((user) => user.status === "active").length;
  return (
    <>
      <PageHeader
        title="Users"
        actions={
          <Button variant="contained" onClick={() => setInviting(true)}>
            Invite user
          </Button>
        }
        below={
          found.data && (
            <Typography sx={{ color: "text.secondary" }}>
              {q
                ? `${users.length} found${found.hasNextPage ? ", more below" : ""}.`
                : `${active} active${users.length > active ? `, ${users.length - active} not` : ""}${found.hasNextPage ? ", more below" : ""}.`}{" "}
              New users register themselves if the flag “registration” is on, or are invited.
            </Typography>
          )
        }
      />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      <Box role="search" sx={{ mb: 2 }}>
        <TextField
          size="small"
          type="search"
          label="Search users"
          placeholder="Name or email"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          sx={{ width: 320 }}
          slotProps={{ htmlInput: { maxLength: 100, spellCheck: false }, inputLabel: { shrink: true } }}
        />
      </Box>
      {found.data && !users.length && (
        <EmptyState
          title="No users found"
          body={`No name or email contains “${q}”.`}
          action={<Button onClick={() => setTyped("")}>Show all users</Button>}
        />
      )}
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {change.error && <ErrorAlert error={change.error} />}
      {users.length > 0 && (
        <Table aria-label="Users" sx={{ opacity: found.isPlaceholderData ? 0.6 : 1 }}>
          <TableHead>
            <TableRow>
              <TableCell>User</TableCell>
              <TableCell>Role</TableCell>
              <TableCell>Status</TableCell>
              <TableCell>Second factor</TableCell>
              <TableCell>Segments</TableCell>
              <TableCell>Last sign-in</TableCell>
              <TableCell>Created</TableCell>
              <TableCell />
            </TableRow>
          </TableHead>
          <TableBody>
            {users.map((user) => (
              <UserRow key={user.id} user={user} change={change} />
            ))}
          </TableBody>
        </Table>
      )}
      {found.hasNextPage && (
        <Button sx={{ mt: 2 }} variant="outlined" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function UserRow({ user, change }: { user: User; change: ReturnType<typeof useChangeUser> }) {
  const me = useQuery(meQuery()).data;
  const ask = useConfirm((state) => state.ask);
  const [grouping, setGrouping] = useState(false);
  const name = personName(user);
  const myself = user.id === me?.id;

  const askRole = (role: User["role"]) =>
    ask({
      title: `Change ${myself ? "your role" : `the role of ${name}`} to ${ROLE[role].toLowerCase()}?`,
      action: "Change role",
      harmless: !myself,
      body: `${ROLE_MEANING[role]}${myself ? " You lose administrator access immediately and cannot restore it yourself." : ""}`,
      onConfirm: () => change.mutate({ id: user.id, change: { role } }),
    });
  const askSuspend = () =>
    ask({
      title: myself ? "Suspend your own account?" : `Suspend ${name}?`,
      action: "Suspend account",
      body: "All sessions end immediately and signing in is blocked. The user's data is kept, and the account can be reactivated.",
      onConfirm: () => change.mutate({ id: user.id, change: { status: "suspended" } }),
    });
  const reactivate = () => change.mutate({ id: user.id, change: { status: "active" } });

  return (
    <TableRow>
      <TableCell>
        <Box sx={{ fontWeight: 550, overflowWrap: "anywhere" }}>
          {name}
          {myself && (
            <Box component="span" sx={{ color: "text.secondary", fontWeight: 400 }}>
              {" "}
              (you)
            </Box>
          )}
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 12, overflowWrap: "anywhere" }}>
          {user.email ? user.full_name && user.email : "signs in with the printed link"}
        </Box>
      </TableCell>
      <TableCell>
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
      </TableCell>
      <TableCell>
        <UserState user={user} />
      </TableCell>
      <TableCell sx={{ color: user.has_second_factor ? undefined : "text.secondary" }}>{user.has_second_factor ? "on" : "off"}</TableCell>
      <TableCell>
        <Button
          size="small"
          color="inherit"
          disabled={user.status === "deleted"}
          aria-label={`Segments of ${name}`}
          onClick={() => setGrouping(true)}
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
        {grouping && <SegmentsDialog user={user} onClose={() => setGrouping(false)} />}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {user.last_sign_in_at ? (
          <TimeAgo at={user.last_sign_in_at} />
        ) : (
          <Box component="span" sx={{ color: "text.secondary" }}>
            never
          </Box>
        )}
      </TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={user.created_at} />
      </TableCell>
      <TableCell sx={{ textAlign: "right" }}>
        {user.status === "active" && (
          <Button size="small" color="error" disabled={change.isPending} onClick={askSuspend}>
            Suspend
          </Button>
        )}
        {user.status === "suspended" && (
          <Button size="small" disabled={change.isPending} onClick={reactivate}>
            Reactivate
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}

function UserState({ user }: { user: User }) {
  const now = useNow(10_000);
  if (user.status === "deleted")
    return (
      <State tone="muted" mark="–">
        deleted
      </State>
    );
  if (user.status === "suspended")
    return (
      <State tone="error" mark="✕">
        suspended
      </State>
    );
  if (user.locked_until && Date.parse(user.locked_until) > now)
    return (
      <State tone="warning" mark="!">
        locked after wrong passwords
      </State>
    );
  if (user.email && !user.is_email_verified)
    return (
      <State tone="warning" mark="○">
        email not verified
      </State>
    );
  return (
    <State tone="success" mark="✓">
      active
    </State>
  );
}
