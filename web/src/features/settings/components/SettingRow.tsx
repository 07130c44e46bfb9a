import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useEffect, useRef, useState } from "react";
import type { Setting } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { groupOf, sourceOf, readable, shown, useResetSetting, textOf } from "../hooks/settings";
import { SettingForm } from "./SettingForm";

export function SettingRow({ setting }: { setting: Setting }) {
  const [editing, setEditing] = useState(false);
  const reset = useResetSetting();
  const ask = useConfirm((state) => state.ask);
  const button = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  // who edits by keyboard continues at the same place
  useEffect(() => {
    if (!editing && edited.current) button.current?.focus();
    edited.current = editing;
  }, [editing]);
  const { label, about, secret } = textOf(setting.key);

  const askReset = () =>
    ask({
      title: `Reset “${label}” (${groupOf(setting.key)})?`,
      action: "Reset",
      onConfirm: () => reset.mutate(setting.key),
      body: `${afterwards(setting)}${secret ? ` If the address changes, a ${secret} that was set here is deleted as well.` : ""}`,
    });

  if (editing) {
    return (
      <TableRow>
        <TableCell sx={{ verticalAlign: "top", pt: "20px !important" }}>
          <Name label={label} about={about} />
        </TableCell>
        <TableCell colSpan={3} sx={{ py: "12px !important" }}>
          <SettingForm setting={setting} onClose={() => setEditing(false)} />
        </TableCell>
      </TableRow>
    );
  }
  return (
    <>
      <TableRow sx={{ "& td": { verticalAlign: "top", borderBottom: reset.error ? 0 : undefined } }}>
        <TableCell>
          <Name label={label} about={about} />
        </TableCell>
        <TableCell sx={{ overflowWrap: "anywhere" }}>
          <SettingValue setting={setting} />
        </TableCell>
        <TableCell sx={{ color: "text.secondary" }}>
          {sourceOf(setting)}
          {setting.set_at && (
            <Box sx={{ fontSize: 12 }}>
              <TimeAgo at={setting.set_at} />
            </Box>
          )}
        </TableCell>
        <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap", py: "2px !important" }}>
          {setting.set_at && (
            <Button
              size="small"
              color="inherit"
              sx={{ color: "text.secondary" }}
              aria-label={`Reset ${label}`}
              loading={reset.isPending}
              onClick={askReset}>
              Reset
            </Button>
          )}
          <Button ref={button} size="small" aria-label={`Change ${label}`} sx={{ ml: 1 }} onClick={() => setEditing(true)}>
            {setting.is_set ? "Change" : "Set"}
          </Button>
        </TableCell>
      </TableRow>
      {reset.error && (
        <TableRow>
          <TableCell colSpan={4} sx={{ pt: "0 !important" }}>
            <ErrorAlert error={reset.error} />
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

function afterwards(setting: Setting): string {
  if (setting.secret) return "The value of the environment applies again, if there is one.";
  return `The value becomes “${readable(setting.key, setting.fallback_value)}”, from the environment or the default.`;
}

function Name({ label, about }: { label: string; about: string | undefined }) {
  return (
    <>
      <Box sx={{ fontWeight: 550 }}>{label}</Box>
      {about && <Box sx={{ color: "text.secondary", fontSize: 12 }}>{about}</Box>}
    </>
  );
}

function SettingValue({ setting }: { setting: Setting }) {
  if (setting.is_withheld) {
    return (
      <>
        <State tone="warning" mark="!">
          not set
        </State>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>
          The value of the environment belongs to its own address and is not sent to this one.
        </Box>
      </>
    );
  }
  if (setting.secret)
    return (
      <State tone={setting.is_set ? "success" : "muted"} mark={setting.is_set ? "✓" : "○"}>
        {shown(setting)}
      </State>
    );
  return (
    <Box component="span" sx={{ color: setting.is_set ? undefined : "text.secondary" }}>
      {shown(setting)}
    </Box>
  );
}
