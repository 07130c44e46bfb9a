import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { styled } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import type { Email } from "../../../api/client";
import { moment } from "../../../lib/dates";
import { CopyButton } from "../../../ui/CopyButton";
import { EmptyState } from "../../../ui/EmptyState";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { StatusChip } from "../../../ui/StatusChip";
import { EMAIL_STATUS } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { emailsQuery } from "../hooks/administration";
import { useZone } from "../hooks/me";

const Entry = styled("button")(({ theme }) => ({
  all: "unset",
  boxSizing: "border-box",
  display: "block",
  width: "100%",
  padding: "12px 16px",
  cursor: "pointer",
  borderBottom: `1px solid ${theme.palette.line}`,
  "&:hover": { background: theme.palette.sunken },
  "&[aria-current=true]": { background: theme.palette.sunken, boxShadow: `inset 3px 0 ${theme.palette.primary.main}` },
  "&:focus-visible": { outline: `2px solid ${theme.palette.primary.main}`, outlineOffset: -2 },
}));

export function EmailsPage() {
  const [search, setSearch] = useSearchParams();
  const found = useInfiniteQuery(emailsQuery());
  const emails = found.data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = emails.find((email) => email.id === search.get("email")) ?? emails[0];
  const waiting = found.data?.pages[0]?.waiting ?? 0;
  return (
    <>
      <PageHeader
        title="Emails"
        below={
          <Typography sx={{ color: "text.secondary" }}>
            {emails.length > 0 && `${waiting ? `${waiting} not sent. ` : "All sent. "}`}Without a mail server, emails are not sent: pass on
            their links yourself.
          </Typography>
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !emails.length && <EmptyState title="No emails sent" body="Emails about registrations and passwords appear here." />}
      {chosen && (
        <Box
          sx={{
            display: "grid",
            gridTemplateColumns: "minmax(280px, 2fr) 3fr",
            border: 1,
            borderColor: "line",
            borderRadius: 1,
            bgcolor: "background.paper",
            overflow: "hidden",
            minHeight: 360,
          }}>
          <Box
            component="ul"
            aria-label="Emails"
            sx={{ listStyle: "none", m: 0, p: 0, borderRight: 1, borderColor: "line", maxHeight: "72vh", overflow: "auto" }}>
            {emails.map((email) => (
              <li key={email.id}>
                <Entry
                  type="button"
                  aria-current={email.id === chosen.id}
                  onClick={() => setSearch({ email: email.id }, { replace: true })}>
                  <Box sx={{ display: "flex", gap: 1, justifyContent: "space-between" }}>
                    <Box sx={{ fontWeight: 550 }}>{email.subject}</Box>
                    <EmailStatus email={email} />
                  </Box>
                  <Box sx={{ display: "flex", gap: 1, justifyContent: "space-between", fontSize: 12, color: "text.secondary", mt: 0.25 }}>
                    <Box sx={{ overflowWrap: "anywhere" }}>{email.recipient}</Box>
                    <Box sx={{ whiteSpace: "nowrap" }}>
                      <TimeAgo at={email.created_at} />
                    </Box>
                  </Box>
                </Entry>
              </li>
            ))}
            {found.hasNextPage && (
              <Box component="li" sx={{ p: 2 }}>
                <Button
                  size="small"
                  variant="outlined"
                  fullWidth
                  loading={found.isFetchingNextPage}
                  onClick={() => void found.fetchNextPage()}>
                  Show older
                </Button>
              </Box>
            )}
          </Box>
          <EmailDetails email={chosen} />
        </Box>
      )}
    </>
  );
}

function EmailStatus({ email }: { email: Email }) {
  return <StatusChip status={EMAIL_STATUS[email.sent_at ? "sent" : email.error ? "failed" : "waiting"]} />;
}

function EmailDetails({ email }: { email: Email }) {
  const zone = useZone();
  const links = email.body.match(/https?:\/\/\S+/g) ?? [];
  return (
    <Box component="article" aria-label={email.subject} sx={{ p: 3, minWidth: 0 }}>
      <Typography variant="h2" sx={{ fontSize: 17 }}>
        {email.subject}
      </Typography>
      <Box sx={{ color: "text.secondary", fontSize: 12, mb: 2 }}>
        to {email.recipient}, {moment(email.created_at, zone)}
      </Box>
      {email.error && <Typography sx={{ color: "error.main", mb: 2 }}>The last attempt to send it failed: {email.error}</Typography>}
      <Typography sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxWidth: "68ch" }}>
        {email.body.split(/(https?:\/\/\S+)/g).map((part, at) =>
          at % 2 ? (
            <Link key={at} href={part}>
              {part}
            </Link>
          ) : (
            part
          ),
        )}
      </Typography>
      {links[0] && (
        <Box sx={{ mt: 3 }}>
          <CopyButton text={links[0]} label="Copy link" />
        </Box>
      )}
    </Box>
  );
}
