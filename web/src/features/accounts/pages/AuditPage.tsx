import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { Change } from "../../../api/client";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { type Pick, PersonPicker } from "../../../ui/PersonPicker";
import { ChangeTable } from "../components/ChangeTable";
import { type TrailFilter, trailQuery, usersQuery } from "../hooks/administration";
import { nameOf, useZone } from "../hooks/me";
import { AUDITED, subject } from "../hooks/trail";

export function AuditPage() {
  const [search, setSearch] = useSearchParams();
  const filter: TrailFilter = { table: search.get("table") ?? "", row: search.get("row") ?? "", person: search.get("person") ?? "" };
  const filtered = Boolean(filter.table || filter.row || filter.person);
  const found = useInfiniteQuery(trailQuery(filter));
  const zone = useZone();
  const changes = found.data?.pages.flatMap((page) => page.items) ?? [];

  const users = useInfiniteQuery(usersQuery());
  const people = users.data?.pages.flatMap((page) => page.items) ?? [];
  const who = people.find((one) => one.id === filter.person) ?? actor(changes, filter.person);
  const names = new Map(people.map((one) => [one.id, nameOf(one)]));

  function narrow(change: Partial<TrailFilter>) {
    const next = { ...filter, ...change };
    setSearch(Object.fromEntries(Object.entries(next).filter(([, value]) => value)), { replace: true });
  }

  const everything = <Button onClick={() => setSearch({}, { replace: true })}>Clear filters</Button>;
  return (
    <>
      <PageHeader
        title="Audit trail"
        actions={
          <Button onClick={() => void found.refetch()} loading={found.isRefetching}>
            Refresh
          </Button>
        }
        below={
          <Typography sx={{ color: "text.secondary" }}>
            All changes, newest first. Times are in {zone}. Entries cannot be changed or deleted.
          </Typography>
        }
      />
      <Filters filter={filter} who={who} narrow={narrow} clear={filtered ? everything : null} />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !changes.length && (
        <EmptyState
          title="No changes found"
          body={filtered ? "No entry matches these filters." : "Changes appear here as they are made."}
          action={filtered ? everything : undefined}
        />
      )}
      <ChangeTable changes={changes} whose={(change) => subject(change, names)} onRow={(table, row) => narrow({ table, row })} />
      {found.hasNextPage && (
        <Button sx={{ mt: 2 }} variant="outlined" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show older
        </Button>
      )}
    </>
  );
}

/** Somebody whom a link names, as the lines of the trail call them. */
function actor(changes: Change[], id: string): Pick | null {
  if (!id) return null;
  return { id, full_name: changes.find((one) => one.user_id === id)?.user_name ?? "User", email: null };
}

interface FilterProps {
  filter: TrailFilter;
  who: Pick | null;
  narrow: (change: Partial<TrailFilter>) => void;
  clear: React.ReactNode;
}

function Filters({ filter, who, narrow, clear }: FilterProps) {
  const [row, setRow] = useState(filter.row);
  useEffect(() => setRow(filter.row), [filter.row]);

  function submit(event: FormEvent) {
    event.preventDefault();
    narrow({ row: row.trim() });
  }

  const select = { size: "small", slotProps: { select: { displayEmpty: true }, inputLabel: { shrink: true } } } as const;
  return (
    <Box component="form" role="search" onSubmit={submit} sx={{ display: "flex", gap: 2, mb: 2, alignItems: "center" }}>
      <TextField
        {...select}
        select
        label="Table"
        value={filter.table}
        onChange={(event) => narrow({ table: event.target.value, row: "" })}
        sx={{ width: 180 }}>
        <MenuItem value="">All tables</MenuItem>
        {AUDITED.map((one) => (
          <MenuItem key={one.table} value={one.table}>
            {one.label}
          </MenuItem>
        ))}
      </TextField>
      <PersonPicker
        label="User"
        placeholder="All users"
        value={who}
        onChange={(person) => narrow({ person: person?.id ?? "" })}
        sx={{ width: 260 }}
      />
      <TextField
        size="small"
        label="Row ID"
        value={row}
        onChange={(event) => setRow(event.target.value)}
        onBlur={() => row.trim() !== filter.row && narrow({ row: row.trim() })}
        placeholder="ID"
        sx={{ width: 340 }}
        slotProps={{ htmlInput: { maxLength: 200, spellCheck: false }, inputLabel: { shrink: true } }}
      />
      {clear}
    </Box>
  );
}
