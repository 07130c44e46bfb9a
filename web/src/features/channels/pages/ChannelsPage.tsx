import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MenuItem from "@mui/material/MenuItem";
import { styled } from "@mui/material/styles";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { ListedChannel } from "../../../api/client";
import { paths } from "../../../app/paths";
import { ACCESS } from "../../../lib/access";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { meQuery } from "../../accounts/hooks/me";
import { CreateChannelDialog } from "../components/CreateChannelDialog";
import { ColorSwatch } from "../components/ColorSwatch";
import { categoriesQuery, channelsQuery, CHANNEL_STATUS } from "../hooks/channels";

const Row = styled(TableRow)(({ theme }) => ({
  position: "relative",
  "&:hover": { background: theme.palette.sunken },
  "&:focus-within": { background: theme.palette.sunken },
}));
const RowLink = styled(Link)({
  color: "inherit",
  textDecoration: "none",
  fontWeight: 550,
  "&::after": { content: '""', position: "absolute", inset: 0 },
});

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
      {channels.length > 0 && <ChannelTable channels={channels} owners={me?.role === "admin"} />}
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
  return (
    <Table aria-label="Channels">
      <TableHead>
        <TableRow>
          <TableCell>Channel</TableCell>
          <TableCell>Status</TableCell>
          <TableCell>Category</TableCell>
          <TableCell>Persona</TableCell>
          {owners && <TableCell>Owner</TableCell>}
          {shared && <TableCell>Your access</TableCell>}
          <TableCell>Time zone</TableCell>
          <TableCell>Last change</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {channels.map((one) => (
          <Row key={one.id}>
            <TableCell sx={{ maxWidth: 440, overflowWrap: "anywhere" }}>
              <RowLink to={paths.channel(one.id)}>{one.name}</RowLink> {one.is_sandbox && <SandboxBadge />}
              {one.description && (
                <Box sx={{ ...quiet, fontSize: 12, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
                  {one.description}
                </Box>
              )}
            </TableCell>
            <TableCell>
              <State tone={CHANNEL_STATUS[one.status].tone} mark={CHANNEL_STATUS[one.status].mark}>
                {one.status}
              </State>
            </TableCell>
            <TableCell>
              {categories.find((each) => each.slug === one.category)?.name ?? (
                <Box component="span" sx={quiet}>
                  none
                </Box>
              )}
            </TableCell>
            <TableCell sx={{ maxWidth: 220 }}>
              <Box sx={{ display: "flex", alignItems: "center", gap: 1, overflowWrap: "anywhere" }}>
                <ColorSwatch colour={one.accent} />
                {one.persona_name}
              </Box>
            </TableCell>
            {owners && (
              <TableCell sx={{ maxWidth: 200, overflowWrap: "anywhere" }}>
                {one.owner ?? (
                  <Box component="span" sx={quiet}>
                    unknown
                  </Box>
                )}
              </TableCell>
            )}
            {shared && <TableCell>{ACCESS[one.access]}</TableCell>}
            <TableCell>{one.time_zone}</TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>
              <TimeAgo at={one.updated_at} />
            </TableCell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
