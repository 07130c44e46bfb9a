import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import type { Setting } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { StatusChip } from "../../../ui/StatusChip";
import { SECRET_STATUS } from "../../../ui/statuses";
import { TimeAgo } from "../../../ui/TimeAgo";
import { groupOf, sourceOf, readable, useResetSetting, textOf } from "../hooks/settings";
import { SettingForm } from "./SettingForm";
import { type Column, DataTable } from "../../../ui/DataTable";

/** The settings of a group; each can be changed in its place. */
export function SettingTable({ label, settings }: { label: string; settings: Setting[] }) {
  const [editing, setEditing] = useState<ReadonlySet<string>>(new Set());
  // who edits by keyboard continues at the same place
  const [lastEdited, setLastEdited] = useState<string | null>(null);
  const reset = useResetSetting();
  const isEditing = ({ key }: Setting) => editing.has(key);
  const edit = ({ key }: Setting) => setEditing((before) => new Set(before).add(key));
  const close = ({ key }: Setting) => {
    setEditing((before) => new Set([...before].filter((other) => other !== key)));
    setLastEdited(key);
  };
  const columns: Column<Setting>[] = [
    { header: "Setting", kind: "name", width: "30%", cell: ({ key }) => textOf(key).label, detail: ({ key }) => textOf(key).about },
    {
      header: "Value",
      wrap: "anywhere",
      colSpan: (setting) => (isEditing(setting) ? 3 : 1),
      cell: (setting) =>
        isEditing(setting) ? <SettingForm setting={setting} onClose={() => close(setting)} /> : <SettingValue setting={setting} />,
    },
    {
      header: "Source",
      isMuted: true,
      width: 120,
      cell: sourceOf,
      detail: (setting) => setting.set_at && <TimeAgo at={setting.set_at} />,
    },
    {
      kind: "actions",
      width: 220,
      cell: (setting) => (
        <SettingActions setting={setting} reset={reset} isFocused={setting.key === lastEdited} onEdit={() => edit(setting)} />
      ),
    },
  ];
  return (
    <>
      {reset.error && <ErrorAlert error={reset.error} />}
      <DataTable
        alignTop
        stacked
        label={label}
        columns={columns}
        rows={settings}
        rowKey={(setting) => setting.key}
        sx={{ mt: -1, "& table": { tableLayout: "fixed" }, "& tbody tr:last-of-type, & tbody tr:last-of-type td": { borderBottom: 0 } }}
      />
    </>
  );
}

interface ActionsProps {
  setting: Setting;
  reset: ReturnType<typeof useResetSetting>;
  isFocused: boolean;
  onEdit: () => void;
}

function SettingActions({ setting, reset, isFocused, onEdit }: ActionsProps) {
  const ask = useConfirm((state) => state.ask);
  const { label, secret } = textOf(setting.key);
  const askReset = () =>
    ask({
      title: `Reset “${label}” (${groupOf(setting.key)})?`,
      action: "Reset",
      onConfirm: () => reset.mutate(setting.key),
      body: `${afterwards(setting)}${secret ? ` If the address changes, a ${secret} that was set here is deleted as well.` : ""}`,
    });
  return (
    <>
      {setting.set_at && (
        <Button
          size="small"
          color="inherit"
          sx={{ color: "text.secondary" }}
          aria-label={`Reset ${label}`}
          loading={reset.isPending && reset.variables === setting.key}
          onClick={askReset}>
          Reset
        </Button>
      )}
      <Button autoFocus={isFocused} size="small" aria-label={`Change ${label}`} sx={{ ml: 1 }} onClick={onEdit}>
        {setting.is_set ? "Change" : "Set"}
      </Button>
    </>
  );
}

function afterwards(setting: Setting): string {
  if (setting.secret) return "The value of the environment applies again, if there is one.";
  return `The value becomes “${readable(setting.key, setting.fallback_value)}”, from the environment or the default.`;
}

function SettingValue({ setting }: { setting: Setting }) {
  if (setting.is_withheld) {
    return (
      <>
        <StatusChip status={SECRET_STATUS.unset} />
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>
          The value of the environment belongs to its own address and is not sent to this one.
        </Box>
      </>
    );
  }
  if (setting.secret) return <StatusChip status={SECRET_STATUS[setting.is_set ? "set" : "unset"]} />;
  return (
    <Box component="span" sx={{ color: setting.is_set ? undefined : "text.secondary" }}>
      {readable(setting.key, setting.value)}
    </Box>
  );
}
