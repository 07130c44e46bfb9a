import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../api/client";
import { exactCount } from "../../../lib/format";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Monospace } from "../../../ui/Monospace";
import { TimeAgo } from "../../../ui/TimeAgo";
import { useNow } from "../../../ui/useNow";
import { keysQuery, useRevokeKey } from "../hooks/profile";
import { NewKeyDialog } from "./NewKeyDialog";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { EXPIRED_KEY } from "../../../ui/statuses";

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

  const columns: Column<ApiKey>[] = [
    { header: "Name", kind: "name", wrap: "anywhere", cell: (key) => key.name },
    { header: "Prefix", cell: (key) => <Monospace>{key.prefix}…</Monospace> },
    { header: "Scopes", cell: (key) => key.scopes.join(", ") },
    { header: "Requests per hour", kind: "number", cell: (key) => exactCount(key.hourly_limit) },
    { header: "Last used", kind: "time", cell: (key) => key.last_used_at, none: "never" },
    { header: "Expires", cell: (key) => <Expiry at={key.expires_at} /> },
    {
      kind: "actions",
      cell: (key) => (
        <Button size="small" color="error" aria-label={`Revoke ${key.name}`} onClick={() => askRevoke(key)}>
          Revoke
        </Button>
      ),
    },
  ];

  return (
    <>
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {revoke.error && <ErrorAlert error={revoke.error} />}
      {found.data && (
        <DataTable
          stacked
          label="API keys"
          columns={columns}
          rows={items}
          rowKey={(key) => key.id}
          empty={<Typography sx={{ color: "text.secondary" }}>No API keys yet.</Typography>}
        />
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
  return Date.parse(at) <= now ? <StatusChip status={EXPIRED_KEY} /> : <TimeAgo at={at} />;
}
