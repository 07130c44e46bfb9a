import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Channel } from "../../../api/client";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Section } from "../../../ui/Section";
import { type Level, LevelSelect, PermissionTable } from "../../accounts/components/PermissionTable";
import { useShare } from "../../accounts/hooks/administration";

/** For those who can share it: the channel's owner and its admins. */
export function SharingSection({ channel }: { channel: Channel }) {
  return (
    <Section title="Permissions" about="Users with access to this channel, in addition to its owner. Channel admins can share it too.">
      <PermissionTable channel={channel.id} name={channel.name} form={() => <ShareForm channel={channel.id} />} />
    </Section>
  );
}

function ShareForm({ channel }: { channel: string }) {
  const share = useShare(channel);
  const [email, setEmail] = useState("");
  const [level, setLevel] = useState<Level>("read");

  function submit(event: FormEvent) {
    event.preventDefault();
    share.mutate({ email: email.trim(), level }, { onSuccess: () => setEmail("") });
  }

  return (
    <>
      <Box
        component="form"
        aria-label="Share channel"
        onSubmit={submit}
        sx={{ display: "flex", flexWrap: "wrap", gap: 2, mt: 3, alignItems: "flex-start" }}>
        <TextField
          label="Email"
          type="email"
          size="small"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          sx={{ width: 280 }}
          helperText="The user must have an account here."
        />
        <LevelSelect value={level} label="Permission" onChange={setLevel} labelled />
        <Button type="submit" variant="contained" disabled={!email.trim()} loading={share.isPending} sx={{ height: 38 }}>
          Share
        </Button>
      </Box>
      {share.error && <ErrorAlert error={share.error} />}
    </>
  );
}
