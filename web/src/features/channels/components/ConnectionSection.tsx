import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { Channel, Connection } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { ErrorAlert } from "../../../ui/ErrorAlert";
import { Section } from "../../../ui/Section";
import {
  connectionQuery,
  forgetLeaving,
  connectBlockedReason,
  connectResultOf,
  consentRefusedReason,
  useCheck,
  useConnect,
  useDisconnect,
  whenLeft,
} from "../hooks/connection";
import { ConnectionDetails } from "./ConnectionDetails";

/** The YouTube channel, and the state of the connection to it. */
export function ConnectionSection({ channel }: { channel: Channel }) {
  const found = useQuery(connectionQuery(channel.id));
  return (
    <Section
      title="YouTube"
      about="The YouTube channel that this channel publishes to. You grant access on a Google page, and can revoke it here or there at any time.">
      {found.error && <ErrorAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.data !== undefined && <Link channel={channel} connection={found.data} />}
    </Section>
  );
}

function Link({ channel, connection }: { channel: Channel; connection: Connection | null }) {
  const [connect, check, disconnect] = [useConnect(channel.id, connection), useCheck(channel.id), useDisconnect(channel.id)];
  const ask = useConfirm((state) => state.ask);
  const why = {
    connect: connectBlockedReason("connect", channel, connection),
    check: connectBlockedReason("check", channel, connection),
    disconnect: connectBlockedReason("disconnect", channel, connection),
  };
  // without a connection there is one button
  const reasons = [...new Set(connection ? Object.values(why) : [why.connect])].filter((one) => one !== null);
  const error = connect.error ?? check.error ?? disconnect.error;
  const apart = () =>
    ask({
      title: `Disconnect “${channel.name}” from YouTube?`,
      action: "Disconnect channel",
      body: "Access is revoked on YouTube and the tokens are deleted. Nothing is uploaded or read any more. Videos on YouTube stay there. You can connect the same YouTube channel again.",
      onConfirm: () => disconnect.mutate(),
    });
  return (
    <>
      <Came channel={channel} connection={connection} />
      {connection ? (
        <ConnectionDetails connection={connection} />
      ) : (
        <Box sx={{ color: "text.secondary" }}>Not connected yet. Nothing is uploaded to or read from YouTube.</Box>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 2.5 }}>
        {connection && (
          <Button variant="outlined" disabled={why.check !== null} loading={check.isPending} onClick={() => check.mutate()}>
            Check now
          </Button>
        )}
        <Button
          variant={connection ? "outlined" : "contained"}
          disabled={why.connect !== null}
          loading={connect.isPending}
          onClick={() => connect.mutate()}>
          {connection ? "Connect again" : "Connect"}
        </Button>
        {connection && (
          <Button variant="outlined" color="error" disabled={why.disconnect !== null} loading={disconnect.isPending} onClick={apart}>
            Disconnect
          </Button>
        )}
      </Box>
      {reasons.length > 0 && <Box sx={{ color: "text.secondary", fontSize: 13, mt: 1 }}>{reasons.join(" ")}</Box>}
      {error && <ErrorAlert error={error} />}
    </>
  );
}

/** The result of the consent page, shown once. */
function Came({ channel, connection }: { channel: Channel; connection: Connection | null }) {
  const [search] = useSearchParams();
  const [left] = useState(() => whenLeft(channel.id));
  const [outcome, setOutcome] = useState(() => connectResultOf(left, connection, Date.now()));
  useEffect(() => forgetLeaving(channel.id), [channel.id]);
  if (!outcome) return null;
  const came = outcome === "connected" && connection;
  const why =
    consentRefusedReason(search.get("refused")) ?? "Access was not granted. The channel is unchanged; you can connect it at any time.";
  return (
    <Alert
      severity={came ? "success" : "info"}
      variant="outlined"
      role="status"
      sx={{ mb: 2, maxWidth: 640 }}
      onClose={() => setOutcome(null)}>
      {came ? `Connected: “${channel.name}” is “${connection.title}” on YouTube.` : why}
    </Alert>
  );
}
