import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import type { OwnSession } from "../../../api/client";
import { device } from "../../../lib/device";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { sessionsQuery, useEndSessions } from "../hooks/profile";

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

  if (found.error) return <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      {end.error && <ErrorAlert error={end.error} />}
      <Table size="small" aria-label="Sessions">
        <TableHead>
          <TableRow>
            <TableCell>Device</TableCell>
            <TableCell>IP address</TableCell>
            <TableCell>Signed in</TableCell>
            <TableCell>Last refreshed</TableCell>
            <TableCell>Expires</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((session) => (
            <TableRow key={session.id}>
              <TableCell title={session.user_agent}>{device(session.user_agent)}</TableCell>
              <TableCell>{session.ip_address ?? "–"}</TableCell>
              <TableCell>
                <TimeAgo at={session.created_at} />
              </TableCell>
              <TableCell>
                <TimeAgo at={session.refreshed_at} />
              </TableCell>
              <TableCell>
                <TimeAgo at={session.expires_at} />
              </TableCell>
              <TableCell sx={{ textAlign: "right", height: 48 }}>
                {session.is_current ? (
                  <State tone="success" mark="✓">
                    current
                  </State>
                ) : (
                  <Button size="small" color="error" disabled={end.isPending} onClick={() => askOne(session)}>
                    End
                  </Button>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
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
