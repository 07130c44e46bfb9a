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
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import type { Permission } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { type Pick, PersonPicker } from "../../../ui/PersonPicker";
import { TimeAgo } from "../../../ui/TimeAgo";
import { channelsQuery } from "../../channels/hooks/channels";
import { permissionsQuery, useGrant, useRevoke } from "../hooks/administration";
import { nameOf } from "../hooks/me";

type Level = Permission["level"];
const LEVELS: { level: Level; words: string }[] = [
  { level: "read", words: "Read" }, { level: "write", words: "Read and write" }, { level: "admin", words: "Administer" },
];

export function PermissionsPage() {
  const [search, setSearch] = useSearchParams();
  const channels = useQuery(channelsQuery());
  const items = channels.data?.items ?? [];
  const several = new Set(items.map((one) => one.owner_id)).size > 1;
  const channel = items.find((one) => one.id === search.get("channel")) ?? items[0];
  return (
    <>
      <PageHeader title="Permissions" below={<Typography sx={{ color: "text.secondary" }}>Who may do what with a channel, besides its owner and administrators.</Typography>} />
      {channels.error && <ErrorNote error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data && !channel && <EmptyState title="No channels yet" body="Permissions are given for a channel." />}
      {channel && (
        <>
          <TextField select label="Channel" size="small" value={channel.id} onChange={(event) => setSearch({ channel: event.target.value }, { replace: true })} sx={{ minWidth: 280, mb: 3 }}>
            {items.map((one) => <MenuItem key={one.id} value={one.id}>{one.name}{several && one.owner ? `, of ${one.owner}` : ""}</MenuItem>)}
          </TextField>
          <Shares key={channel.id} channel={channel.id} name={channel.name} />
        </>
      )}
    </>
  );
}

function Shares({ channel, name }: { channel: string; name: string }) {
  const found = useQuery(permissionsQuery(channel));
  const grant = useGrant();
  const revoke = useRevoke();
  const ask = useConfirm((state) => state.ask);
  const error = grant.error ?? revoke.error;
  const items = found.data?.items ?? [];

  const askRevoke = (one: Permission) => ask({
    title: `Take “${name}” from ${nameOf(one)}?`, body: "The channel, its runs and videos disappear for them at once. Nothing is deleted.",
    action: "Revoke the permission", onConfirm: () => revoke.mutate({ channel, user: one.user_id }),
  });

  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  return (
    <>
      {error && <ErrorNote error={error} />}
      {!items.length && <Typography sx={{ color: "text.secondary" }}>Shared with nobody yet.</Typography>}
      {items.length > 0 && (
        <Table aria-label="Permissions">
          <TableHead><TableRow><TableCell>Person</TableCell><TableCell>May</TableCell><TableCell>Given</TableCell><TableCell /></TableRow></TableHead>
          <TableBody>
            {items.map((one) => (
              <TableRow key={one.user_id}>
                <TableCell>
                  <Box sx={{ fontWeight: 550 }}>{nameOf(one)}</Box>
                  {one.full_name && <Box sx={{ color: "text.secondary", fontSize: 12 }}>{one.email}</Box>}
                </TableCell>
                <TableCell>
                  <LevelSelect value={one.level} label={`What ${nameOf(one)} may do`} disabled={grant.isPending} onChange={(level) => grant.mutate({ channel, user: one.user_id, level })} />
                </TableCell>
                <TableCell><TimeAgo at={one.granted_at} /></TableCell>
                <TableCell sx={{ textAlign: "right" }}><Button size="small" color="error" onClick={() => askRevoke(one)} disabled={revoke.isPending}>Revoke</Button></TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <GrantForm channel={channel} grant={grant} taken={items.map((one) => one.user_id)} />
    </>
  );
}

function GrantForm({ channel, grant, taken }: { channel: string; grant: ReturnType<typeof useGrant>; taken: string[] }) {
  const [person, setPerson] = useState<Pick | null>(null);
  const [level, setLevel] = useState<Level>("read");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (person) grant.mutate({ channel, user: person.id, level }, { onSuccess: () => setPerson(null) });
  }

  return (
    <Box component="form" aria-label="Share the channel" onSubmit={submit} sx={{ display: "flex", gap: 2, mt: 3, alignItems: "flex-start" }}>
      <PersonPicker label="Person" value={person} onChange={setPerson} sx={{ width: 320 }} helperText="Administrators see all channels already."
        offers={(one) => one.role !== "admin" && one.status === "active" && !taken.includes(one.id)} />
      <LevelSelect value={level} label="May" onChange={setLevel} labelled />
      <Button type="submit" variant="contained" disabled={!person} loading={grant.isPending} sx={{ height: 38 }}>Share</Button>
    </Box>
  );
}

interface LevelProps {
  value: Level;
  label: string;
  onChange: (level: Level) => void;
  disabled?: boolean;
  labelled?: boolean;
}

function LevelSelect({ value, label, onChange, disabled, labelled }: LevelProps) {
  return (
    <TextField select size="small" value={value} disabled={disabled} label={labelled ? label : undefined} onChange={(event) => onChange(event.target.value as Level)}
      sx={{ width: 170, ...(labelled ? {} : { "& .MuiSelect-select": { py: 0.75, fontSize: 13 } }) }}
      slotProps={labelled ? undefined : { select: { SelectDisplayProps: { "aria-label": label } } }}>
      {LEVELS.map((one) => <MenuItem key={one.level} value={one.level}>{one.words}</MenuItem>)}
    </TextField>
  );
}
