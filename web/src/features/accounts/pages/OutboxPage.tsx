import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { styled } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import type { Letter } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { CopyButton } from "../../../ui/CopyButton";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { outboxQuery } from "../hooks/administration";
import { useZone } from "../hooks/me";

const Entry = styled("button")(({ theme }) => ({
  all: "unset", boxSizing: "border-box", display: "block", width: "100%", padding: "12px 16px", cursor: "pointer", borderBottom: `1px solid ${theme.palette.line}`,
  "&:hover": { background: theme.palette.sunken },
  "&[aria-current=true]": { background: theme.palette.sunken, boxShadow: `inset 3px 0 ${theme.palette.primary.main}` },
  "&:focus-visible": { outline: `2px solid ${theme.palette.primary.main}`, outlineOffset: -2 },
}));

export function OutboxPage() {
  const [search, setSearch] = useSearchParams();
  const found = useInfiniteQuery(outboxQuery());
  const letters = found.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = letters.find((letter) => letter.id === search.get("letter")) ?? letters[0];
  const waiting = found.data?.pages[0]?.waiting ?? 0;
  return (
    <>
      <PageHeader title="Outbox" below={<Typography sx={{ color: "text.secondary" }}>
        {letters.length > 0 && `${waiting ? `${waiting} not sent. ` : "All sent. "}`}Without a mail server, letters stay here: pass their links on yourself.</Typography>} />
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !letters.length && <EmptyState title="No letters yet" body="Letters about registrations and passwords appear here." />}
      {chosen && (
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(280px, 2fr) 3fr", border: 1, borderColor: "line", borderRadius: 1, bgcolor: "background.paper", overflow: "hidden", minHeight: 360 }}>
          <Box component="ul" aria-label="Letters" sx={{ listStyle: "none", m: 0, p: 0, borderRight: 1, borderColor: "line", maxHeight: "72vh", overflow: "auto" }}>
            {letters.map((letter) => (
              <li key={letter.id}>
                <Entry type="button" aria-current={letter.id === chosen.id} onClick={() => setSearch({ letter: letter.id }, { replace: true })}>
                  <Box sx={{ display: "flex", gap: 1, justifyContent: "space-between" }}><Box sx={{ fontWeight: 550 }}>{letter.subject}</Box><Sent letter={letter} /></Box>
                  <Box sx={{ display: "flex", gap: 1, justifyContent: "space-between", fontSize: 12, color: "text.secondary", mt: 0.25 }}>
                    <Box sx={{ overflowWrap: "anywhere" }}>{letter.recipient}</Box><Box sx={{ whiteSpace: "nowrap" }}><TimeAgo at={letter.created_at} /></Box>
                  </Box>
                </Entry>
              </li>
            ))}
            {found.hasNextPage && (
              <Box component="li" sx={{ p: 2 }}><Button size="small" variant="outlined" fullWidth loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show older letters</Button></Box>
            )}
          </Box>
          <Reading letter={chosen} />
        </Box>
      )}
    </>
  );
}

function Sent({ letter }: { letter: Letter }) {
  if (letter.sent_at) return <State tone="success" mark="✓">sent</State>;
  return letter.error ? <State tone="error" mark="✕">not sent</State> : <State tone="muted" mark="○">waits</State>;
}

function Reading({ letter }: { letter: Letter }) {
  const zone = useZone();
  const links = letter.body.match(/https?:\/\/\S+/g) ?? [];
  return (
    <Box component="article" aria-label={letter.subject} sx={{ p: 3, minWidth: 0 }}>
      <Typography variant="h2" sx={{ fontSize: 17 }}>{letter.subject}</Typography>
      <Box sx={{ color: "text.secondary", fontSize: 12, mb: 2 }}>to {letter.recipient}, {moment(letter.created_at, zone)}</Box>
      {letter.error && <Typography sx={{ color: "error.main", mb: 2 }}>The last try to send it failed: {letter.error}</Typography>}
      <Typography sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxWidth: "68ch" }}>
        {letter.body.split(/(https?:\/\/\S+)/g).map((part, at) => (at % 2 ? <Link key={at} href={part}>{part}</Link> : part))}
      </Typography>
      {links[0] && <Box sx={{ mt: 3 }}><CopyButton text={links[0]} label="Copy the link" /></Box>}
    </Box>
  );
}
