import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { Channel, Connection } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorNote } from "../../../ui/ErrorNote";
import { Section } from "../../../ui/Section";
import { connectionQuery, forgetLeaving, hindrance, outcomeOf, refusedBecause, useCheck, useConnect, useDisconnect, whenLeft } from "../hooks/connection";
import { ConnectionFacts } from "./ConnectionFacts";

/** Which channel of YouTube's it is, and whether we may still act there. */
export function ConnectionSection({ channel }: { channel: Channel }) {
  const found = useQuery(connectionQuery(channel.id));
  return (
    <Section title="YouTube" about="Which channel of YouTube's it is. You allow it on a page of Google's, and can take it back here or there at any time.">
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data !== undefined && <Link channel={channel} connection={found.data} />}
    </Section>
  );
}

function Link({ channel, connection }: { channel: Channel; connection: Connection | null }) {
  const [connect, check, disconnect] = [useConnect(channel.id, connection), useCheck(channel.id), useDisconnect(channel.id)];
  const ask = useConfirm((state) => state.ask);
  const why = { connect: hindrance("connect", channel, connection), check: hindrance("check", channel, connection), disconnect: hindrance("disconnect", channel, connection) };
  // without a connection there is one button
  const reasons = [...new Set(connection ? Object.values(why) : [why.connect])].filter((one) => one !== null);
  const error = connect.error ?? check.error ?? disconnect.error;
  const apart = () => ask({
    title: `Disconnect “${channel.name}” from YouTube?`, action: "Disconnect the channel",
    body: "The consent is taken back at YouTube and the tokens are forgotten: nothing is uploaded or read any more. What is on YouTube stays there. You can connect it again, to the same YouTube channel.",
    onConfirm: () => disconnect.mutate(),
  });
  return (
    <>
      <Came channel={channel} connection={connection} />
      {connection ? <ConnectionFacts connection={connection} /> : <Box sx={{ color: "text.secondary" }}>Not connected yet. Nothing is uploaded, and nothing is read from YouTube.</Box>}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 2.5 }}>
        {connection && <Button variant="outlined" disabled={why.check !== null} loading={check.isPending} onClick={() => check.mutate()}>Check now</Button>}
        <Button variant={connection ? "outlined" : "contained"} disabled={why.connect !== null} loading={connect.isPending} onClick={() => connect.mutate()}>{connection ? "Connect again" : "Connect"}</Button>
        {connection && <Button variant="outlined" color="error" disabled={why.disconnect !== null} loading={disconnect.isPending} onClick={apart}>Disconnect</Button>}
      </Box>
      {reasons.length > 0 && <Box sx={{ color: "text.secondary", fontSize: 13, mt: 1 }}>{reasons.join(" ")}</Box>}
      {error && <ErrorNote error={error} />}
    </>
  );
}

/** After the consent page: what became of it, said once. */
function Came({ channel, connection }: { channel: Channel; connection: Connection | null }) {
  const [search] = useSearchParams();
  const [left] = useState(() => whenLeft(channel.id));
  const [outcome, setOutcome] = useState(() => outcomeOf(left, connection, Date.now()));
  useEffect(() => forgetLeaving(channel.id), [channel.id]);
  if (!outcome) return null;
  const came = outcome === "connected" && connection;
  const why = refusedBecause(search.get("refused")) ?? "The consent did not come about. The channel is as it was; connect it whenever you like.";
  return (
    <Alert severity={came ? "success" : "info"} variant="outlined" role="status" sx={{ mb: 2, maxWidth: 640 }} onClose={() => setOutcome(null)}>
      {came ? `Connected: “${channel.name}” is “${connection.title}” at YouTube.` : why}
    </Alert>
  );
}
