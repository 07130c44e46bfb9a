import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { useDebounced } from "../../../ui/useDebounced";
import { InviteDialog } from "../components/InviteDialog";
import { usersQuery, useChangeUser } from "../hooks/administration";
import { UserTable } from "../components/UserTable";

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
      <UserTable users={users} change={change} isStale={found.isPlaceholderData} />
      {found.hasNextPage && (
        <Button sx={{ mt: 2 }} variant="outlined" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
