import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import type { OwnSession } from "../../../api/client";
import { device } from "../../../lib/device";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { sessionsQuery, useEndSessions } from "../hooks/profile";
import { type Column, DataTable } from "../../../ui/DataTable";
import { StatusChip } from "../../../ui/StatusChip";
import { CURRENT_SESSION } from "../../../ui/statuses";

export function SessionList() {
  const found = useQuery(sessionsQuery());
  const end = useEndSessions();
  const ask = useConfirm((state) => state.ask);
  const items = [...(found.data?.items ?? [])].sort((a, b) => Number(b.is_current) - Number(a.is_current));
  const others = items.filter((session) => !session.is_current).map((session) => session.id);

  const askAll = () =>
    ask({
      title: others.length === 1 ? "End the other session?" : `End ${others.length} other sessions?`,
      action: "End sessions",
      body: "All other browsers are signed out immediately. This one stays signed in.",
      onConfirm: () => end.mutate(others),
    });
  const askOne = (session: OwnSession) =>
    ask({
      title: "End this session?",
      body: `${device(session.user_agent)}${session.ip_address ? ` at ${session.ip_address}` : ""} is signed out immediately.`,
      action: "End session",
      onConfirm: () => end.mutate([session.id]),
    });

  const columns: Column<OwnSession>[] = [
    { header: "Device", cell: (session) => <span title={session.user_agent}>{device(session.user_agent)}</span> },
    { header: "IP address", cell: (session) => session.ip_address ?? "–" },
    { header: "Signed in", kind: "time", cell: (session) => session.created_at },
    { header: "Last refreshed", kind: "time", cell: (session) => session.refreshed_at },
    { header: "Expires", kind: "time", cell: (session) => session.expires_at },
    {
      kind: "actions",
      cell: (session) =>
        session.is_current ? (
          <StatusChip status={CURRENT_SESSION} />
        ) : (
          <Button size="small" color="error" disabled={end.isPending} onClick={() => askOne(session)}>
            End
          </Button>
        ),
    },
  ];

  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      {end.error && <ErrorAlert error={end.error} />}
      <DataTable stacked label="Sessions" columns={columns} rows={items} rowKey={(session) => session.id} />
      {others.length > 1 && (
        <Box sx={{ mt: 2 }}>
          <Button variant="outlined" color="error" loading={end.isPending} onClick={askAll}>
            End all other sessions
          </Button>
        </Box>
      )}
    </>
  );
}
