import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import Box from "@mui/material/Box";
import type { Setting } from "../../../api/client";
import { ErrorNote } from "../../../ui/ErrorNote";
import { PageHeader } from "../../../ui/PageHeader";
import { Section } from "../../../ui/Section";
import { State } from "../../../ui/State";
import { SettingRow } from "../components/SettingRow";
import { configurationQuery, type Group, GROUPS, inGroup, standingOf } from "../hooks/configuration";

export function ConfigurationPage() {
  const found = useQuery(configurationQuery());
  return (
    <>
      <PageHeader title="Configuration" below={
        <Typography sx={{ color: "text.secondary" }}>
          What is given here goes before this machine's environment, and counts from the next step of a run and the next letter on. It is kept encrypted.
        </Typography>} />
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && GROUPS.map((group) => <Part key={group.name} group={group} settings={inGroup(found.data.items, group.name)} />)}
    </>
  );
}

function Part({ group, settings }: { group: Group; settings: Setting[] }) {
  const standing = standingOf(group.name, settings);
  return (
    <Section title={group.title} about={<>{group.about}<Box component="span" sx={{ display: "block", mt: 1.5 }}><State tone={standing.tone} mark={standing.mark}>{standing.words}</State></Box></>}>
      <Table aria-label={group.title} sx={{ tableLayout: "fixed", mt: -1, "& tbody tr:last-of-type td": { borderBottom: 0 } }}>
        <TableHead>
          <TableRow>
            <TableCell sx={{ width: "30%" }}>Setting</TableCell><TableCell>Now</TableCell><TableCell sx={{ width: 120 }}>From</TableCell><TableCell sx={{ width: 220 }} />
          </TableRow>
        </TableHead>
        <TableBody>{settings.map((setting) => <SettingRow key={setting.key} setting={setting} />)}</TableBody>
      </Table>
    </Section>
  );
}
