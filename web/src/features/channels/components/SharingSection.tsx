import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import type { Channel } from "../../../api/client";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Section } from "../../../ui/Section";
import { type Level, LevelSelect, Shares } from "../../accounts/components/Shares";
import { useShare } from "../../accounts/hooks/administration";

/** For who may say it: the channel's owner and its administrators. */
export function SharingSection({ channel }: { channel: Channel }) {
  return (
    <Section title="People" about="Who may do what with this channel, besides its owner. Who administers it may share it too.">
      <Shares channel={channel.id} name={channel.name} form={() => <ShareForm channel={channel.id} />} />
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
      <Box component="form" aria-label="Share the channel" onSubmit={submit} sx={{ display: "flex", flexWrap: "wrap", gap: 2, mt: 3, alignItems: "flex-start" }}>
        <TextField label="Their address" type="email" size="small" required value={email} onChange={(event) => setEmail(event.target.value)} sx={{ width: 280 }} helperText="Of somebody who has an account here." />
        <LevelSelect value={level} label="May" onChange={setLevel} labelled />
        <Button type="submit" variant="contained" disabled={!email.trim()} loading={share.isPending} sx={{ height: 38 }}>Share</Button>
      </Box>
      {share.error && <ErrorNote error={share.error} />}
    </>
  );
}
