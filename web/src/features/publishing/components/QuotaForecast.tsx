import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import type { CalendarQuota, CalendarQuotaDay } from "../../../api/client";
import { weekdayDay } from "../../../lib/dates";
import { amounts, count } from "../../../lib/format";
import { SubSection } from "../../../ui/SubSection";
import { SandboxBadge } from "../../../ui/SandboxBadge";
import { StatusChip } from "../../../ui/StatusChip";
import { warning } from "../../../ui/statuses";

const WEEK = 7;

const Strip = styled("ol")(({ theme }) => ({
  display: "grid",
  gridTemplateColumns: "repeat(7, minmax(0, 1fr))",
  gap: 1,
  listStyle: "none",
  margin: 0,
  padding: 0,
  background: theme.palette.line,
  border: `1px solid ${theme.palette.line}`,
  borderRadius: 6,
  overflow: "hidden",
  "& li": { background: theme.palette.background.paper, padding: "6px 8px", minWidth: 0, fontSize: 12, fontVariantNumeric: "tabular-nums" },
}));

/** How much of the quota the days to come have, over all channels, and what is to take it. */
export function QuotaForecast({ quota }: { quota: CalendarQuota }) {
  const shown = quota.days.slice(0, WEEK);
  const beyond = quota.days.slice(WEEK).reduce((sum, one) => sum + one.planned, 0);
  return (
    <SubSection
      title={`Complete uploads by Pacific day, ${quota.name}`}
      aside={quota.is_sandbox && <SandboxBadge />}
      about={<About quota={quota} />}>
      {quota.error && <StatusChip wrap status={warning(quota.error)} />}
      {shown.length > 0 && (
        <Strip aria-label={`Quota of ${quota.name} by Pacific day`}>
          {shown.map((one, at) => (
            <Day key={one.day} day={one} isToday={at === 0} />
          ))}
        </Strip>
      )}
      {beyond > 0 && (
        <Box sx={{ color: "text.secondary", fontSize: 12, mt: 0.5 }}>
          {beyond === 1 ? "1 upload is" : `${count(beyond)} uploads are`} planned for later days.
        </Box>
      )}
    </SubSection>
  );
}

function About({ quota }: { quota: CalendarQuota }) {
  const reserve = quota.collection_allocation.units
    ? `; ${count(quota.collection_allocation.units)} units per day are reserved for data collection`
    : "";
  return (
    <>
      A complete upload (video, thumbnail, captions) costs {amounts(quota.complete_upload)}
      {reserve}. Days start at midnight Pacific time{quota.is_sandbox && ", by the sandbox's clock"}.
    </>
  );
}

function Day({ day, isToday }: { day: CalendarQuotaDay; isToday: boolean }) {
  const taken = day.used + day.planned;
  const full = taken >= day.fits;
  const part = (amount: number) => `${day.fits ? Math.min(100, (amount / day.fits) * 100) : 0}%`;
  const said = [day.used && `${count(day.used)} started`, day.planned && `${count(day.planned)} planned`].filter(Boolean).join(", ");
  return (
    <li>
      <Box sx={{ color: "text.secondary" }}>
        {weekdayDay(day.day)}
        {isToday && ", today"}
      </Box>
      <Box aria-hidden sx={{ display: "flex", height: 6, borderRadius: 3, bgcolor: "sunken", overflow: "hidden", my: 0.5 }}>
        <Box sx={{ width: part(day.used), bgcolor: "text.secondary" }} />
        <Box sx={{ width: part(day.planned), bgcolor: full ? "warning.main" : "primary.main" }} />
      </Box>
      <Box sx={{ whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" }}>
        <Box component="span" sx={{ fontWeight: 600 }}>
          {count(taken)}
        </Box>{" "}
        of {count(day.fits)}
        {full && (
          <Box component="span" sx={{ color: "warning.main" }}>
            {" "}
            full
          </Box>
        )}
      </Box>
      <Box sx={{ color: "text.secondary", minHeight: 18, whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" }} title={said}>
        {said || "none yet"}
      </Box>
    </li>
  );
}
