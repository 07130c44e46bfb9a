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
import { exactCount } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { keysQuery, useRevokeKey } from "../hooks/profile";
import { NewKeyDialog } from "./NewKeyDialog";

const number = { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } as const;

export function ApiKeys({ isAdmin }: { isAdmin: boolean }) {
  const [making, setMaking] = useState(false);
  const found = useQuery(keysQuery());
  const revoke = useRevokeKey();
  const ask = useConfirm((state) => state.ask);
  const items = found.data?.items ?? [];

  const askRevoke = (key: ApiKey) =>
    ask({
      title: `Revoke “${key.name}”?`,
      body: "Requests with this key are refused from now on. This cannot be undone.",
      action: "Revoke key",
      onConfirm: () => revoke.mutate(key.id),
    });

  return (
    <>
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {revoke.error && <ErrorAlert error={revoke.error} />}
      {found.data && !items.length && <Typography sx={{ color: "text.secondary" }}>No API keys yet.</Typography>}
      {items.length > 0 && (
        <Table size="small" aria-label="API keys">
          <TableHead>
            <TableRow>
              <TableCell>Name</TableCell>
              <TableCell>Prefix</TableCell>
              <TableCell>Scopes</TableCell>
              <TableCell sx={number}>Requests per hour</TableCell>
              <TableCell>Last used</TableCell>
              <TableCell>Expires</TableCell>
              <TableCell />
            </TableRow>
          </TableHead>
          <TableBody>
            {items.map((key) => (
              <TableRow key={key.id}>
                <TableCell sx={{ fontWeight: 550, overflowWrap: "anywhere" }}>{key.name}</TableCell>
                <TableCell>
                  <Monospace>{key.prefix}…</Monospace>
                </TableCell>
                <TableCell>{key.scopes.join(", ")}</TableCell>
                <TableCell sx={number}>{exactCount(key.hourly_limit)}</TableCell>
                <TableCell>{key.last_used_at ? <TimeAgo at={key.last_used_at} /> : "never"}</TableCell>
                <TableCell>
                  <Expiry at={key.expires_at} />
                </TableCell>
                <TableCell sx={{ textAlign: "right" }}>
                  <Button size="small" color="error" aria-label={`Revoke ${key.name}`} onClick={() => askRevoke(key)}>
                    Revoke
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Box sx={{ mt: 2 }}>
        <Button variant="outlined" onClick={() => setMaking(true)}>
          Create API key
        </Button>
      </Box>
      {making && <NewKeyDialog isAdmin={isAdmin} onClose={() => setMaking(false)} />}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const now = useNow(60_000);
  if (!at) return <>never</>;
  if (Date.parse(at) <= now)
    return (
      <State tone="warning" mark="!">
        expired
      </State>
    );
  return <TimeAgo at={at} />;
}
