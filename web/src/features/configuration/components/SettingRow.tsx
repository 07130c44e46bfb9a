import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useEffect, useRef, useState } from "react";
import type { Setting } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorNote } from "../../../ui/ErrorNote";
import { State } from "../../../ui/State";
import { TimeAgo } from "../../../ui/TimeAgo";
import { groupOf, originOf, readable, shown, useTakeBackSetting, wordsOf } from "../hooks/configuration";
import { SettingForm } from "./SettingForm";

export function SettingRow({ setting }: { setting: Setting }) {
  const [editing, setEditing] = useState(false);
  const takeBack = useTakeBackSetting();
  const ask = useConfirm((state) => state.ask);
  const button = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  // whoever edits by keyboard goes on where they were
  useEffect(() => {
    if (!editing && edited.current) button.current?.focus();
    edited.current = editing;
  }, [editing]);
  const { label, about, secret } = wordsOf(setting.key);

  const askBack = () => ask({
    title: `${groupOf(setting.key)}: take back “${label}”?`, action: "Take it back", onConfirm: () => takeBack.mutate(setting.key),
    body: `${afterwards(setting)}${secret ? ` With another address, a ${secret} that was given here goes as well.` : ""}`,
  });

  if (editing) {
    return (
      <TableRow>
        <TableCell sx={{ verticalAlign: "top", pt: "20px !important" }}><Name label={label} about={about} /></TableCell>
        <TableCell colSpan={3} sx={{ py: "12px !important" }}><SettingForm setting={setting} onClose={() => setEditing(false)} /></TableCell>
      </TableRow>
    );
  }
  return (
    <>
      <TableRow sx={{ "& td": { verticalAlign: "top", borderBottom: takeBack.error ? 0 : undefined } }}>
        <TableCell><Name label={label} about={about} /></TableCell>
        <TableCell sx={{ overflowWrap: "anywhere" }}><Now setting={setting} /></TableCell>
        <TableCell sx={{ color: "text.secondary" }}>
          {originOf(setting)}
          {setting.given_at && <Box sx={{ fontSize: 12 }}><TimeAgo at={setting.given_at} /></Box>}
        </TableCell>
        <TableCell sx={{ textAlign: "right", whiteSpace: "nowrap", py: "2px !important" }}>
          {setting.given_at && <Button size="small" color="inherit" sx={{ color: "text.secondary" }} aria-label={`Take back ${label}`} loading={takeBack.isPending} onClick={askBack}>Take back</Button>}
          <Button ref={button} size="small" aria-label={`Change ${label}`} sx={{ ml: 1 }} onClick={() => setEditing(true)}>{setting.is_set ? "Change" : "Give"}</Button>
        </TableCell>
      </TableRow>
      {takeBack.error && <TableRow><TableCell colSpan={4} sx={{ pt: "0 !important" }}><ErrorNote error={takeBack.error} /></TableCell></TableRow>}
    </>
  );
}

function afterwards(setting: Setting): string {
  if (setting.secret) return "Then this machine's environment counts again, or nothing is set.";
  return `It becomes “${readable(setting.key, setting.otherwise)}” again, as the environment or the default has it.`;
}

function Name({ label, about }: { label: string; about: string | undefined }) {
  return (
    <>
      <Box sx={{ fontWeight: 550 }}>{label}</Box>
      {about && <Box sx={{ color: "text.secondary", fontSize: 12 }}>{about}</Box>}
    </>
  );
}

function Now({ setting }: { setting: Setting }) {
  if (setting.withheld) {
    return (
      <>
        <State tone="warning" mark="!">not set</State>
        <Box sx={{ color: "text.secondary", fontSize: 12 }}>The environment's belongs to its own address and is not sent to this one.</Box>
      </>
    );
  }
  if (setting.secret) return <State tone={setting.is_set ? "success" : "muted"} mark={setting.is_set ? "✓" : "○"}>{shown(setting)}</State>;
  return <Box component="span" sx={{ color: setting.is_set ? undefined : "text.secondary" }}>{shown(setting)}</Box>;
}
