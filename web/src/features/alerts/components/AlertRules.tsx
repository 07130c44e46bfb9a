import Switch from "@mui/material/Switch";
import { useQuery } from "@tanstack/react-query";
import type { AlertRule } from "../../../api/client";
import { type Column, DataTable } from "../../../ui/DataTable";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Section } from "../../../ui/Section";
import { SEVERITY } from "../../../ui/statuses";
import { meQuery } from "../../accounts/hooks/me";
import { alertRulesQuery, ruleLabel, useEnableRule } from "../hooks/alerts";

/** What alerts can be about; administrators disable a rule for everyone. */
export function AlertRules() {
  const found = useQuery(alertRulesQuery());
  const isAdmin = useQuery(meQuery()).data?.role === "admin";
  const enable = useEnableRule();
  const columns: Column<AlertRule>[] = [
    { header: "Rule", isTitle: true, width: 200, cell: (rule) => ruleLabel(rule.name) },
    { header: "Severity", kind: "status", width: 112, cell: (rule) => SEVERITY[rule.severity] },
    { header: "Opens an alert when", isWide: true, isMuted: true, cell: (rule) => rule.description },
    {
      header: "On",
      width: 64,
      cell: (rule) => (
        <Switch
          size="small"
          checked={rule.is_enabled}
          disabled={!isAdmin}
          onChange={(_, on) => enable.mutate({ rule, on })}
          // as high as the text beside it
          sx={{ my: -0.25 }}
          slotProps={{ input: { "aria-label": `The rule “${ruleLabel(rule.name)}” is on` } }}
        />
      ),
    },
  ];
  return (
    <Section
      title="Rules"
      about={`Disabling a rule closes its open alerts.${isAdmin ? "" : " Administrators decide which rules are on."} The profile says of which alerts you are notified.`}>
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {enable.error && <ErrorAlert error={enable.error} />}
      <DataTable stacked label="Alert rules" columns={columns} rows={found.data ?? []} rowKey={(rule) => rule.name} />
    </Section>
  );
}
