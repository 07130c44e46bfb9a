import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { ListedChannel } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ACCESS } from "../../../lib/access";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { meQuery } from "../../accounts/hooks/me";
import { CreateChannelDialog } from "../components/CreateChannelDialog";
import { TemplateSection } from "../components/TemplateSection";
import { ColorSwatch } from "../components/ColorSwatch";
import { categoriesQuery, channelsQuery } from "../hooks/channels";
import { type Column, DataTable } from "../../../ui/DataTable";
import { CHANNEL_STATUS } from "../../../ui/statuses";

export function ChannelsPage() {
  const [search, setSearch] = useSearchParams();
  const archived = search.get("status") === "archived";
  const found = useQuery(channelsQuery(archived));
  const me = useQuery(meQuery()).data;
  const [adding, setAdding] = useState(false);
  const channels = found.data?.items ?? [];
  const active = channels.filter((one) => one.status === "active").length;
  const create = (
    <Button variant="contained" onClick={() => setAdding(true)}>
      Create channel
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Channels"
        actions={
          <>
            <StatusFilter archived={archived} onChoose={(status) => setSearch(status ? { status } : {}, { replace: true })} />
            {(channels.length > 0 || archived) && create}
          </>
        }
        below={
          found.data && (
            <Typography sx={{ color: "text.secondary" }}>
              {archived
                ? `${channels.length} archived${channels.length ? ": open one to restore it" : ""}`
                : `${active} active${channels.length > active ? `, ${channels.length - active} not` : ""}`}
            </Typography>
          )
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data &&
        !channels.length &&
        (archived ? (
          <EmptyState
            title="No archived channels"
            body="Archived channels are listed here with all their data, and can be restored."
            action={<Button onClick={() => setSearch({}, { replace: true })}>Show channels in use</Button>}
          />
        ) : (
          <EmptyState title="No channels yet" body="A channel gives its videos a voice, a look and a name." action={create} />
        ))}
      <ChannelTable channels={channels} owners={me?.role === "admin"} />
      {!archived && <TemplateSection />}
      {adding && <CreateChannelDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function StatusFilter({ archived, onChoose }: { archived: boolean; onChoose: (status: string) => void }) {
  return (
    <TextField
      select
      size="small"
      label="Filter"
      value={archived ? "archived" : ""}
      onChange={(event) => onChoose(event.target.value)}
      sx={{ width: 140 }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
      <MenuItem value="">In use</MenuItem>
      <MenuItem value="archived">Archived</MenuItem>
    </TextField>
  );
}

function ChannelTable({ channels, owners }: { channels: ListedChannel[]; owners: boolean }) {
  const categories = useQuery(categoriesQuery()).data?.items ?? [];
  const quiet = { color: "text.secondary" } as const;
  const shared = channels.some((one) => one.access !== "owner");
  const columns: Column<ListedChannel>[] = [
    {
      header: "Channel",
      kind: "name",
      wrap: "anywhere",
      maxWidth: 440,
      linkTo: (one) => paths.channel(one.id),
      cell: (one) => one.name,
      after: (one) => <> {one.is_sandbox && <SandboxBadge />}</>,
      detail: (one) =>
        one.description && <Box sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{one.description}</Box>,
    },
    { header: "Status", kind: "status", cell: (one) => CHANNEL_STATUS[one.status] },
    {
      header: "Category",
      cell: (one) =>
        categories.find((each) => each.slug === one.category)?.name ?? (
          <Box component="span" sx={quiet}>
            none
          </Box>
        ),
    },
    {
      header: "Persona",
      maxWidth: 220,
      cell: (one) => (
        <Box sx={{ display: "flex", alignItems: "center", gap: 1, overflowWrap: "anywhere" }}>
          <ColorSwatch colour={one.accent} />
          {one.persona_name}
        </Box>
      ),
    },
    {
      header: "Owner",
      isHidden: !owners,
      wrap: "anywhere",
      maxWidth: 200,
      cell: (one) =>
        one.owner ?? (
          <Box component="span" sx={quiet}>
            unknown
          </Box>
        ),
    },
    { header: "Your access", isHidden: !shared, cell: (one) => ACCESS[one.access] },
    { header: "Time zone", cell: (one) => one.time_zone },
    { header: "Last change", kind: "time", cell: (one) => one.updated_at },
  ];
  return <DataTable stacked label="Channels" columns={columns} rows={channels} rowKey={(one) => one.id} />;
}
