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
import { ErrorNote } from "../../../ui/ErrorNote";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { sessionsQuery, useEndSessions } from "../hooks/profile";

export function SessionList() {
  const found = useQuery(sessionsQuery());
  const end = useEndSessions();
  const ask = useConfirm((state) => state.ask);
  const items = [...(found.data?.items ?? [])].sort((a, b) => Number(b.is_this) - Number(a.is_this));
  const others = items.filter((session) => !session.is_this).map((session) => session.id);

  const askAll = () => ask({
    title: others.length === 1 ? "End the other session?" : `End ${others.length} other sessions?`, action: "End them",
    body: "Every other browser is signed out at once. This one stays.", onConfirm: () => end.mutate(others),
  });
  const askOne = (session: OwnSession) => ask({
    title: "End this session?", body: `${device(session.user_agent)}${session.address ? ` at ${session.address}` : ""} is signed out at once.`,
    action: "End the session", onConfirm: () => end.mutate([session.id]),
  });

  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      {end.error && <ErrorNote error={end.error} />}
      <Table size="small" aria-label="Sessions">
        <TableHead>
          <TableRow>
            <TableCell>Device</TableCell><TableCell>Address</TableCell><TableCell>Signed in</TableCell><TableCell>Last renewed</TableCell><TableCell>Ends</TableCell><TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((session) => (
            <TableRow key={session.id}>
              <TableCell title={session.user_agent}>{device(session.user_agent)}</TableCell>
              <TableCell>{session.address ?? "–"}</TableCell>
              <TableCell><TimeAgo at={session.created_at} /></TableCell>
              <TableCell><TimeAgo at={session.refreshed_at} /></TableCell>
              <TableCell><TimeAgo at={session.expires_at} /></TableCell>
              <TableCell sx={{ textAlign: "right", height: 48 }}>
                {session.is_this ? <State tone="success" mark="✓">this one</State>
                  : <Button size="small" color="error" disabled={end.isPending} onClick={() => askOne(session)}>End</Button>}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {others.length > 1 && <Box sx={{ mt: 2 }}><Button variant="outlined" color="error" loading={end.isPending} onClick={askAll}>End all others</Button></Box>}
    </>
  );
}
