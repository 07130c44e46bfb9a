import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Popover from "@mui/material/Popover";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { bellLabel, countOf, notificationsQuery, useMarkRead } from "../hooks/notifications";
import { NotificationList } from "./NotificationList";

/** How many things there are that one has not read; opening it shows them, and then they are. */
export function Bell() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const found = useInfiniteQuery(notificationsQuery());
  const fresh = useReadWhileOpen(anchor !== null);
  const title = useId();
  const unread = found.data?.pages[0]?.unread ?? 0;
  return (
    <>
      <Button
        color="inherit"
        size="small"
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        aria-label={bellLabel(unread)}
        title="Notifications"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ minWidth: 36, height: 32, position: "relative", color: unread ? "text.primary" : "text.secondary" }}>
        <Drawing />
        {unread > 0 && <Count>{countOf(unread)}</Count>}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{
          paper: {
            role: "dialog",
            "aria-labelledby": title,
            sx: {
              width: 440,
              maxHeight: "min(640px, 80vh)",
              mt: 0.5,
              border: 1,
              borderColor: "line",
              display: "flex",
              flexDirection: "column",
            },
          },
        }}>
        <NotificationList titleId={title} found={found} fresh={fresh} onClose={() => setAnchor(null)} />
      </Popover>
    </>
  );
}

/** Marks as read what arrives while one looks; returns what was not read yet, which stays marked until the list is closed. */
function useReadWhileOpen(open: boolean): ReadonlySet<string> {
  const { data } = useInfiniteQuery(notificationsQuery());
  const { mutate } = useMarkRead();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const newest = data?.pages[0]?.items[0]?.id;
  const unread = data?.pages[0]?.unread ?? 0;
  useEffect(() => {
    if (!open || !newest || !unread) return;
    const items = data.pages.flatMap((page) => page.items);
    setFresh((known) => new Set([...known, ...items.filter((one) => !one.read_at).map((one) => one.id)]));
    mutate(newest);
  }, [open, newest, unread, data, mutate]);
  useEffect(() => (open ? undefined : setFresh(new Set())), [open]);
  return fresh;
}

function Count({ children }: { children: string }) {
  return (
    <Box
      component="span"
      aria-hidden
      sx={{
        position: "absolute",
        top: 0,
        left: "50%",
        ml: "2px",
        minWidth: 16,
        height: 16,
        px: "4px",
        borderRadius: 8,
        bgcolor: "primary.main",
        color: "primary.contrastText",
        fontSize: 11,
        fontWeight: 650,
        lineHeight: "16px",
        fontVariantNumeric: "tabular-nums",
        textAlign: "center",
      }}>
      {children}
    </Box>
  );
}

const Drawing = () => (
  <svg
    aria-hidden
    width="18"
    height="18"
    viewBox="0 0 18 18"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round">
    <path d="M9 2.25a4.5 4.5 0 0 0-4.5 4.5c0 4.25-1.75 5.5-1.75 5.5h12.5s-1.75-1.25-1.75-5.5A4.5 4.5 0 0 0 9 2.25Z" />
    <path d="M7.5 15a1.6 1.6 0 0 0 3 0" />
  </svg>
);
