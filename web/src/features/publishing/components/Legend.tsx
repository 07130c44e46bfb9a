import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import type { CalendarChannel } from "../../../api/client";
import { paths } from "../../../app/paths";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { ChannelDot } from "./ChannelDot";

const quiet = { color: "text.secondary", fontSize: 12 } as const;

const FEW = 12;

/** Which colour is which channel, and on whose clocks its times are. Of many, those that have something on these days. */
export function Legend({ channels, shown }: { channels: CalendarChannel[]; shown: Set<string> }) {
  const own = channels.length > FEW ? channels.filter((one) => shown.has(one.id)) : channels;
  const first = own.slice(0, FEW);
  return (
    <Box
      component="ul"
      aria-label="Channels"
      sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, rowGap: 0.5, listStyle: "none", m: 0, mb: 2, p: 0, fontSize: 13 }}>
      {first.map((one) => (
        <Box component="li" key={one.id} sx={{ display: "flex", alignItems: "center", gap: 1, minWidth: 0 }}>
          <ChannelDot aria-hidden colour={one.accent} />
          <Link component={RouterLink} to={paths.channel(one.id)} color="inherit" underline="hover">
            {one.name}
          </Link>
          <Box component="span" sx={quiet}>
            times in {one.time_zone}
            {statusText(one)}
          </Box>
          {one.is_sandbox && <SandboxBadge />}
        </Box>
      ))}
      {own.length > first.length && (
        <Box component="li" sx={quiet}>
          and {own.length - first.length} more; each entry shows its channel and time zone
        </Box>
      )}
    </Box>
  );
}

function statusText(one: CalendarChannel): string {
  if (one.status !== "active") return `, ${one.status}`;
  if (!one.is_connected) return ", not connected";
  return one.is_auto_scheduled ? ", schedules automatically" : "";
}
