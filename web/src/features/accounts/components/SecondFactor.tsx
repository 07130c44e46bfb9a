import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { QRCodeSVG } from "qrcode.react";
import { type FormEvent, useState } from "react";
import { ErrorNote } from "../../../ui/ErrorNote";
import { MonoBlock } from "../../../ui/Mono";
import { CopyButton } from "../../../ui/CopyButton";
import { PasswordField } from "../../../ui/PasswordField";
import { State } from "../../../ui/State";
import { useBeginSecondFactor, useConfirmSecondFactor, useRemoveSecondFactor } from "../hooks/profile";
import { RecoveryCodes } from "./RecoveryCodes";

export function SecondFactor({ on }: { on: boolean }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const [asked, setAsked] = useState(false);
  const begin = useBeginSecondFactor();
  const startOver = () => { setAsked(false); begin.reset(); };
  if (codes) return <RecoveryCodes codes={codes} onKept={() => { setCodes(null); startOver(); }} />;
  if (on) return <On />;
  if (begin.data) return <Enrol secret={begin.data.secret} uri={begin.data.uri} onConfirmed={setCodes} onCancel={startOver} />;
  return (
    <Box sx={{ display: "grid", gap: 2, justifyItems: "start" }}>
      <State tone="muted" mark="○">off</State>
      {!asked && <Button variant="outlined" onClick={() => setAsked(true)}>Set a second factor</Button>}
      {asked && (
        <WithPassword name="Set a second factor" about="Your password first: nobody who finds this page open may set one." action="Go on" keep="Not now"
          call={begin} onKeep={startOver} />
      )}
    </Box>
  );
}

interface WithPasswordProps {
  name: string;
  about: string;
  action: string;
  keep: string;
  dangerous?: boolean;
  call: { mutate: (password: string) => void; isPending: boolean; error: Error | null };
  onKeep: () => void;
}

/** What changes how one comes in asks for the password again. */
function WithPassword({ name, about, action, keep, dangerous, call, onKeep }: WithPasswordProps) {
  const [password, setPassword] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    call.mutate(password);
  }

  return (
    <Box component="form" aria-label={name} onSubmit={submit} sx={{ display: "grid", gap: 2, width: 1, maxWidth: 480 }}>
      <Typography sx={{ color: "text.secondary" }}>{about}</Typography>
      <PasswordField label="Your password" kind="current" value={password} onType={setPassword} size="small" autoFocus />
      {call.error && <ErrorNote error={call.error} />}
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button type="submit" variant="contained" color={dangerous ? "error" : "primary"} loading={call.isPending}>{action}</Button>
        <Button onClick={onKeep}>{keep}</Button>
      </Box>
    </Box>
  );
}

interface EnrolProps {
  secret: string;
  uri: string;
  onConfirmed: (codes: string[]) => void;
  onCancel: () => void;
}

function Enrol({ secret, uri, onConfirmed, onCancel }: EnrolProps) {
  const [code, setCode] = useState("");
  const confirm = useConfirmSecondFactor();

  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate(code, { onSuccess: (made) => onConfirmed(made.codes) });
  }

  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "max-content minmax(0, 480px)", gap: 4, alignItems: "start" }}>
      <Box sx={{ borderRadius: 1, overflow: "hidden", lineHeight: 0, border: 1, borderColor: "line" }}>
        <QRCodeSVG value={uri} size={200} marginSize={3} title="Code for the authenticator app" />
      </Box>
      <Box component="form" aria-label="Second factor" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <Typography><b>1.</b> Scan the picture with an authenticator app, or type this into it:</Typography>
        <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
          <MonoBlock aria-label="Secret" sx={{ flex: 1, letterSpacing: "0.04em" }}>{secret.match(/.{1,4}/g)?.join(" ")}</MonoBlock>
          <CopyButton text={secret} />
        </Box>
        <Typography><b>2.</b> Enter the code that the app shows now:</Typography>
        <TextField label="Code" value={code} onChange={(event) => setCode(event.target.value)} autoFocus size="small" autoComplete="one-time-code"
          slotProps={{ htmlInput: { required: true, inputMode: "numeric", minLength: 6, maxLength: 20 } }} />
        {confirm.error && <ErrorNote error={confirm.error} />}
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" loading={confirm.isPending}>Turn it on</Button>
          <Button onClick={onCancel}>Not now</Button>
        </Box>
      </Box>
    </Box>
  );
}

function On() {
  const [removing, setRemoving] = useState(false);
  const remove = useRemoveSecondFactor();
  return (
    <Box sx={{ display: "grid", gap: 2, justifyItems: "start" }}>
      <State tone="success" mark="✓">on</State>
      {!removing && <Button variant="outlined" color="error" onClick={() => setRemoving(true)}>Remove it</Button>}
      {removing && (
        <WithPassword name="Remove the second factor" about="Without it, the password alone opens your account. Its recovery codes are gone as well."
          action="Remove the second factor" keep="Keep it" dangerous call={remove} onKeep={() => { setRemoving(false); remove.reset(); }} />
      )}
    </Box>
  );
}
