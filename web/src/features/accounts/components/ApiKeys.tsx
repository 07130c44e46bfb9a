import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Mono } from "../../../ui/Mono";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { keysQuery, useRevokeKey } from "../hooks/profile";
import { NewKeyDialog } from "./NewKeyDialog";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function ApiKeys({ mayAdminister }: { mayAdminister: boolean }) {
  const [making, setMaking] = useState(false);
  const found = useQuery(keysQuery());
  const revoke = useRevokeKey();
  const ask = useConfirm((state) => state.ask);
  const items = found.data?.items ?? [];

  const askRevoke = (key: ApiKey) => ask({
    title: `Revoke “${key.name}”?`, body: "Programs that use this key are turned away from their next request on. It cannot be brought back.",
    action: "Revoke the key", onConfirm: () => revoke.mutate(key.id),
  });

  return (
    <>
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {revoke.error && <ErrorNote error={revoke.error} />}
      {found.data && !items.length && <Typography sx={{ color: "text.secondary" }}>No keys yet.</Typography>}
      {items.length > 0 && (
        <Table size="small" aria-label="API keys">
          <TableHead>
            <TableRow>
              <TableCell>Name</TableCell><TableCell>Begins with</TableCell><TableCell>May</TableCell><TableCell sx={number}>Requests an hour</TableCell>
              <TableCell>Last used</TableCell><TableCell>Expires</TableCell><TableCell />
            </TableRow>
          </TableHead>
          <TableBody>
            {items.map((key) => (
              <TableRow key={key.id}>
                <TableCell sx={{ fontWeight: 550, overflowWrap: "anywhere" }}>{key.name}</TableCell>
                <TableCell><Mono>{key.prefix}…</Mono></TableCell>
                <TableCell>{key.scopes.join(", ")}</TableCell>
                <TableCell sx={number}>{key.hourly_limit.toLocaleString("en")}</TableCell>
                <TableCell>{key.last_used_at ? <TimeAgo at={key.last_used_at} /> : "never"}</TableCell>
                <TableCell><Expiry at={key.expires_at} /></TableCell>
                <TableCell sx={{ textAlign: "right" }}><Button size="small" color="error" aria-label={`Revoke ${key.name}`} onClick={() => askRevoke(key)}>Revoke</Button></TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Box sx={{ mt: 2 }}><Button variant="outlined" onClick={() => setMaking(true)}>Make a key</Button></Box>
      {making && <NewKeyDialog mayAdminister={mayAdminister} onClose={() => setMaking(false)} />}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const now = useNow(60_000);
  if (!at) return <>never</>;
  if (Date.parse(at) <= now) return <State tone="warning" mark="!">expired</State>;
  return <TimeAgo at={at} />;
}
