import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { MonospaceBlock } from "../../../ui/Monospace";
import { CopyButton } from "../../../ui/CopyButton";
import { Form } from "../../../ui/form/Form";
import { FormPasswordField } from "../../../ui/form/FormPasswordField";
import { FormTextField } from "../../../ui/form/FormTextField";
import { required } from "../../../ui/form/rules";
import { StatusChip } from "../../../ui/StatusChip";
import { SECOND_FACTOR_STATUS } from "../../../ui/statuses";
import { useBeginSecondFactor, useConfirmSecondFactor, useRemoveSecondFactor } from "../hooks/profile";
import { RecoveryCodes } from "./RecoveryCodes";

export function SecondFactor({ on }: { on: boolean }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const [asked, setAsked] = useState(false);
  const begin = useBeginSecondFactor();
  const startOver = () => {
    setAsked(false);
    begin.reset();
  };
  if (codes)
    return (
      <RecoveryCodes
        codes={codes}
        onKept={() => {
          setCodes(null);
          startOver();
        }}
      />
    );
  if (on) return <On />;
  if (begin.data) return <Enrol secret={begin.data.secret} uri={begin.data.uri} onConfirmed={setCodes} onCancel={startOver} />;
  return (
    <Box sx={{ display: "grid", gap: 2, justifyItems: "start" }}>
      <StatusChip status={SECOND_FACTOR_STATUS.off} />
      {!asked && (
        <Button variant="outlined" onClick={() => setAsked(true)}>
          Set up second factor
        </Button>
      )}
      {asked && (
        <WithPassword
          name="Set up second factor"
          about="Confirm your password to continue."
          action="Continue"
          call={begin}
          onCancel={startOver}
        />
      )}
    </Box>
  );
}

interface WithPasswordProps {
  name: string;
  about: string;
  action: string;
  dangerous?: boolean;
  call: { mutate: (password: string) => void; isPending: boolean; error: Error | null };
  onCancel: () => void;
}

/** What changes the sign-in asks for the password again. */
function WithPassword({ name, about, action, dangerous, call, onCancel }: WithPasswordProps) {
  const form = useForm({ defaultValues: { password: "" } });
  return (
    <Form
      form={form}
      label={name}
      onSubmit={({ password }) => call.mutate(password)}
      sx={{ display: "grid", gap: 2, width: 1, maxWidth: 480 }}>
      <Typography sx={{ color: "text.secondary" }}>{about}</Typography>
      <FormPasswordField
        control={form.control}
        name="password"
        rules={required("Enter your password.")}
        label="Your password"
        kind="current"
        autoFocus
      />
      {call.error && <ErrorAlert error={call.error} />}
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button type="submit" variant="contained" color={dangerous ? "error" : "primary"} loading={call.isPending}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </Box>
    </Form>
  );
}

interface EnrolProps {
  secret: string;
  uri: string;
  onConfirmed: (codes: string[]) => void;
  onCancel: () => void;
}

function Enrol({ secret, uri, onConfirmed, onCancel }: EnrolProps) {
  const form = useForm({ defaultValues: { code: "" } });
  const confirm = useConfirmSecondFactor();

  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "max-content minmax(0, 480px)", gap: 4, alignItems: "start" }}>
      <Box sx={{ borderRadius: 1, overflow: "hidden", lineHeight: 0, border: 1, borderColor: "line" }}>
        <QRCodeSVG value={uri} size={200} marginSize={3} title="QR code for the authenticator app" />
      </Box>
      <Form
        form={form}
        label="Second factor"
        onSubmit={({ code }) => confirm.mutate(code, { onSuccess: (made) => onConfirmed(made.codes) })}
        sx={{ display: "grid", gap: 2 }}>
        <Typography>
          <b>1.</b> Scan the QR code with an authenticator app, or enter this secret:
        </Typography>
        <Box sx={{ display: "flex", gap: 1, alignItems: "center" }}>
          <MonospaceBlock aria-label="Secret" sx={{ flex: 1, letterSpacing: "0.04em" }}>
            {secret.match(/.{1,4}/g)?.join(" ")}
          </MonospaceBlock>
          <CopyButton text={secret} />
        </Box>
        <Typography>
          <b>2.</b> Enter the code shown in the app:
        </Typography>
        <FormTextField
          control={form.control}
          name="code"
          rules={{ validate: (code) => code.trim().length >= 6 || "Enter the six digits shown in the app." }}
          label="Code"
          autoFocus
          autoComplete="one-time-code"
          slotProps={{ htmlInput: { required: true, inputMode: "numeric", minLength: 6, maxLength: 20 } }}
        />
        {confirm.error && <ErrorAlert error={confirm.error} />}
        <Box sx={{ display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" loading={confirm.isPending}>
            Turn on
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </Box>
      </Form>
    </Box>
  );
}

function On() {
  const [removing, setRemoving] = useState(false);
  const remove = useRemoveSecondFactor();
  return (
    <Box sx={{ display: "grid", gap: 2, justifyItems: "start" }}>
      <StatusChip status={SECOND_FACTOR_STATUS.on} />
      {!removing && (
        <Button variant="outlined" color="error" onClick={() => setRemoving(true)}>
          Remove
        </Button>
      )}
      {removing && (
        <WithPassword
          name="Remove second factor"
          about="Without it, the password alone is enough to sign in. Its recovery codes are deleted as well."
          action="Remove second factor"
          dangerous
          call={remove}
          onCancel={() => {
            setRemoving(false);
            remove.reset();
          }}
        />
      )}
    </Box>
  );
}
