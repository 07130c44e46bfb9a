import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import Box from "@mui/material/Box";
import type { Setting } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { PageHeader } from "../../../ui/PageHeader";
import { Section } from "../../../ui/Section";
import { State } from "../../../ui/State";
import { SettingRow } from "../components/SettingRow";
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
            <State tone={status.tone} mark={status.mark}>
              {status.text}
            </State>
          </Box>
        </>
      }>
      <Table aria-label={group.title} sx={{ tableLayout: "fixed", mt: -1, "& tbody tr:last-of-type td": { borderBottom: 0 } }}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ width: "30%" }}>Setting</TableCell>
            <TableCell>Value</TableCell>
            <TableCell sx={{ width: 120 }}>Source</TableCell>
            <TableCell sx={{ width: 220 }} />
          </TableRow>
        </TableHead>
        <TableBody>
          {settings.map((setting) => (
            <SettingRow key={setting.key} setting={setting} />
          ))}
        </TableBody>
      </Table>
    </Section>
  );
}
