import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { styled } from "@mui/material/styles";
import Typography from "@mui/material/Typography";
import type { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Notification } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { SEVERITY } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { WithCommands } from "../../../ui/WithCommands";
import type { notificationsQuery } from "../hooks/notifications";

const Entry = styled("li")(({ theme }) => ({
  display: "grid",
  gridTemplateColumns: "16px minmax(0, 1fr)",
  columnGap: 8,
  padding: "12px 16px",
  borderTop: `1px solid ${theme.palette.line}`,
  position: "relative",
  "&:has(a):hover, &:has(a:focus-visible)": { background: theme.palette.sunken },
}));
// the link covers its entry, so that it is one target
const EntryLink = styled(Link)({
  color: "inherit",
  textDecoration: "none",
  "&::after": { content: '""', position: "absolute", inset: 0 },
  "&:focus-visible": { outline: "none" },
  "&:focus-visible::after": { outline: "2px solid currentColor", outlineOffset: -2 },
});

interface Props {
  titleId: string;
  found: ReturnType<typeof useInfiniteQuery<Awaited<ReturnType<NonNullable<ReturnType<typeof notificationsQuery>["queryFn"]>>>>>;
  fresh: ReadonlySet<string>;
  onClose: () => void;
}

export function NotificationList({ titleId, found, fresh, onClose }: Props) {
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "baseline", px: 2, py: 1.5 }}>
        <Typography id={titleId} variant="h2" sx={{ flex: 1 }}>
          Notifications
        </Typography>
        {fresh.size > 0 && <Box sx={{ fontSize: 12, color: "text.secondary" }}>{fresh.size} new</Box>}
      </Box>
      <Box sx={{ overflowY: "auto" }}>
        {found.error && (
          <Box sx={{ px: 2, borderTop: 1, borderColor: "line" }}>
            <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />
          </Box>
        )}
        {found.data && !items.length && <Nothing />}
        <Box component="ul" aria-label="Notifications, newest first" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {items.map((one) => (
            <Item key={one.id} one={one} fresh={fresh.has(one.id)} onOpen={onClose} />
          ))}
        </Box>
        {found.hasNextPage && (
          <Box sx={{ p: 1, borderTop: 1, borderColor: "line", textAlign: "center" }}>
            <Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              Show older
            </Button>
          </Box>
        )}
      </Box>
    </>
  );
}

function Nothing() {
  return (
    <Box sx={{ px: 2, pb: 2, pt: 1.5, color: "text.secondary", borderTop: 1, borderColor: "line" }}>
      No notifications yet. You are notified when a run ends, a budget is reached, or an action is required.
    </Box>
  );
}

function Item({ one, fresh, onOpen }: { one: Notification; fresh: boolean; onOpen: () => void }) {
  const sign = SEVERITY[one.severity];
  // the rest is where the link leads
  const short = one.link ? { display: "-webkit-box", WebkitLineClamp: 3, WebkitBoxOrient: "vertical", overflow: "hidden" } : {};
  return (
    <Entry>
      <Box
        role="img"
        aria-label={sign.text}
        sx={{ textAlign: "center", fontWeight: 600, color: sign.tone === "muted" ? "text.secondary" : `${sign.tone}.main` }}>
        {sign.mark}
      </Box>
      <Box sx={{ overflowWrap: "anywhere" }}>
        <Box sx={{ ...short, fontWeight: fresh ? 650 : 500 }}>
          {one.link ? (
            <EntryLink to={one.link} onClick={onOpen}>
              {one.title}
            </EntryLink>
          ) : (
            one.title
          )}
        </Box>
        {one.message && (
          <Box sx={{ ...short, color: "text.secondary", fontSize: 13, mt: 0.25 }}>
            <WithCommands>{one.message}</WithCommands>
          </Box>
        )}
        <Box sx={{ fontSize: 12, color: "text.secondary", mt: 0.25 }}>
          {fresh && (
            <Box component="span" sx={{ color: "primary.main", fontWeight: 600, mr: 1 }}>
              new
            </Box>
          )}
          <TimeAgo at={one.created_at} />
        </Box>
      </Box>
    </Entry>
  );
}
