import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { ExplainedButton } from "../../../ui/ExplainedButton";
import { PageHeader } from "../../../ui/PageHeader";
import { type Pick, PersonPicker } from "../../../ui/PersonPicker";
import { channelsQuery } from "../../channels/hooks/channels";
import { type Level, LevelSelect, PermissionTable } from "../components/PermissionTable";
import { useGrant } from "../hooks/administration";
import { ChannelSelect } from "../../channels/components/ChannelSelect";

export function PermissionsPage() {
  const [search, setSearch] = useSearchParams();
  const channels = useQuery(channelsQuery());
  const items = channels.data?.items ?? [];
  const channel = items.find((one) => one.id === search.get("channel")) ?? items[0];
  return (
    <>
      <PageHeader
        title="Permissions"
        below={<Typography sx={{ color: "text.secondary" }}>Access to a channel, in addition to its owner and administrators.</Typography>}
      />
      {channels.error && <ErrorAlert error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data && !channel && <EmptyState title="No channels yet" body="Permissions are granted per channel." />}
      {channel && (
        <>
          <ChannelSelect
            withOwners
            value={channel.id}
            onChange={(value) => setSearch({ channel: value }, { replace: true })}
            sx={{ minWidth: 280, mb: 3 }}
          />
          <PermissionTable
            key={channel.id}
            channel={channel.id}
            name={channel.name}
            form={(taken) => <GrantForm channel={channel.id} taken={taken} />}
          />
        </>
      )}
    </>
  );
}

function GrantForm({ channel, taken }: { channel: string; taken: string[] }) {
  const grant = useGrant();
  const [person, setPerson] = useState<Pick | null>(null);
  const [level, setLevel] = useState<Level>("read");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (person) grant.mutate({ channel, user: person.id, level }, { onSuccess: () => setPerson(null) });
  }

  return (
    <>
      {grant.error && <ErrorAlert error={grant.error} />}
      <Box component="form" aria-label="Share channel" onSubmit={submit} sx={{ display: "flex", gap: 2, mt: 3, alignItems: "flex-start" }}>
        <PersonPicker
          label="User"
          value={person}
          onChange={setPerson}
          sx={{ width: 320 }}
          helperText="Administrators can already see all channels."
          offers={(one) => one.role !== "admin" && one.status === "active" && !taken.includes(one.id)}
        />
        <LevelSelect value={level} label="Permission" onChange={setLevel} labelled />
        <ExplainedButton
          type="submit"
          variant="contained"
          why={person ? null : "Pick a user first."}
          loading={grant.isPending}
          sx={{ height: 38 }}>
          Share
        </ExplainedButton>
      </Box>
    </>
  );
}
