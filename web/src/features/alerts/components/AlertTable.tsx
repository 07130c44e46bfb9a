import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Alert } from "../../../api/client";
import { can } from "../../../lib/access";
import { type Column, DataTable } from "../../../ui/DataTable";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { CLOSED_ALERT, SEVERITY } from "../../../ui/statuses";
import { WithCommands } from "../../../ui/WithCommands";
import { channelsQuery } from "../../channels/hooks/channels";
import { type AlertState, useAcknowledge } from "../hooks/alerts";

interface Props {
  alerts: Alert[];
  state: AlertState;
  isStale: boolean;
}

export function AlertTable({ alerts, state, isStale }: Props) {
  const acknowledge = useAcknowledge();
  const channels = new Map(useQuery(channelsQuery()).data?.items.map((one) => [one.id, one]));
  // of the installation only administrators see alerts, who may do everything
  const canAcknowledge = ({ channel_id }: Alert) => channel_id === null || can.write(channels.get(channel_id)?.access ?? "read");
  const columns: Column<Alert>[] = [
    { header: "Severity", kind: "status", width: 112, cell: (one) => (state === "closed" ? CLOSED_ALERT : SEVERITY[one.severity]) },
    {
      header: "Alert",
      isTitle: true,
      wrap: "anywhere",
      cell: (one) => (one.link ? <Link to={one.link}>{one.title}</Link> : one.title),
    },
    { header: "What to do", width: "34%", isWide: true, cell: (one) => <WithCommands>{one.message}</WithCommands> },
    {
      header: "Channel",
      isMuted: true,
      cell: (one) => (one.channel_id ? (channels.get(one.channel_id)?.name ?? "–") : "Installation"),
    },
    { header: "Opened", kind: "time", width: 120, cell: (one) => one.opened_at },
    { header: "Acknowledged", kind: "time", width: 128, isHidden: state === "active", cell: (one) => one.acknowledged_at },
    { header: "Closed", kind: "time", width: 120, isHidden: state !== "closed", cell: (one) => one.closed_at ?? one.expires_at },
    {
      kind: "actions",
      isHidden: state !== "active",
      cell: (one) => (
        <Button
          size="small"
          disabled={!canAcknowledge(one)}
          loading={acknowledge.isPending && acknowledge.variables === one.id}
          onClick={() => acknowledge.mutate(one.id)}
          aria-label={`Acknowledge “${one.title}”`}>
          Acknowledge
        </Button>
      ),
    },
  ];
  return (
    <>
      {acknowledge.error && <ErrorAlert error={acknowledge.error} />}
      <DataTable alignTop stacked isStale={isStale} label="Alerts" columns={columns} rows={alerts} rowKey={(one) => one.id} />
    </>
  );
}
