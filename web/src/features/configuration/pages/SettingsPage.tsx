import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import Box from "@mui/material/Box";
import type { Setting } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { Section } from "../../../ui/Section";
import { StatusChip } from "../../../ui/StatusChip";
import { SettingTable } from "../components/SettingTable";
import { settingsQuery, type Group, GROUPS, inGroup, groupStatusOf } from "../hooks/settings";

export function SettingsPage() {
  const found = useQuery(settingsQuery());
  return (
    <>
      <PageHeader
        title="Settings"
        below={
          <Typography sx={{ color: "text.secondary" }}>
            Values set here override the environment, and apply from the next step of a run and the next email on. They are stored
            encrypted.
          </Typography>
        }
      />
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data &&
        GROUPS.map((group) => <SettingGroup key={group.name} group={group} settings={inGroup(found.data.items, group.name)} />)}
    </>
  );
}

function SettingGroup({ group, settings }: { group: Group; settings: Setting[] }) {
  const status = groupStatusOf(group.name, settings);
  return (
    <Section
      title={group.title}
      about={
        <>
          {group.about}
          <Box component="span" sx={{ display: "block", mt: 1.5 }}>
            <StatusChip wrap status={status} />
          </Box>
        </>
      }>
      <SettingTable label={group.title} settings={settings} />
    </Section>
  );
}
