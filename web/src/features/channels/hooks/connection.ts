import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Channel, type Connection, done, unwrap } from "../../../api/client";
import { can, WHY_NOT } from "../../../lib/access";

const of = (id: string) => ({ params: { path: { channel_id: id } } });
const QUOTA = ["youtube", "quota"];

/** Null: it was never connected. */
export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["channels", id, "connection"],
    queryFn: () => unwrap(api.GET("/api/v1/channels/{channel_id}/connection", of(id))),
  });

/** Asks where the consent page is, and goes there. */
export function useConnect(id: string, before: Connection | null) {
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/channels/{channel_id}/connection", { ...of(id), body: {} })),
    onSuccess: (begun) => {
      leaveFor(id, before);
      window.location.assign(begun.authorization_url);
    },
  });
}

/** What was wrong is in the connection afterwards, too. */
export function useCheck(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/channels/{channel_id}/connection/check", of(id))),
    onSuccess: (seen) => queries.setQueryData(connectionQuery(id).queryKey, seen),
    onSettled: () => Promise.all([connectionQuery(id).queryKey, QUOTA].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export function useDisconnect(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/channels/{channel_id}/connection", of(id))),
    onSettled: () => queries.invalidateQueries({ queryKey: connectionQuery(id).queryKey }),
  });
}

export const isUsable = (connection: Connection | null) => connection?.status === "connected" || connection?.status === "expiring";

type ConnectionAction = "connect" | "check" | "disconnect";

/** Why something cannot be done now; null: it can. */
export function connectBlockedReason(
  deed: ConnectionAction,
  { access, status }: Pick<Channel, "access" | "status">,
  connection: Connection | null,
): string | null {
  const allowed = deed === "check" ? can.write(access) : can.manage(access);
  if (!allowed) return WHY_NOT.channel;
  if (deed !== "disconnect" && (status === "suspended" || status === "archived")) return `The channel is ${status}: activate it first.`;
  if (deed === "check" && !isUsable(connection)) return "Connect the channel to check it.";
  if (deed === "disconnect" && (!connection || connection.status === "revoked")) return "There is nothing to disconnect.";
  return null;
}

// --- there and back ---

const PATIENCE_MS = 15 * 60_000;
const keyOf = (id: string) => `ytempire-consent-${id}`;

interface Left {
  at: number;
  /** When it had been connected before; null: never. */
  before: string | null;
}

/** The page is left for the consent page; this tab remembers it until it is back. */
function leaveFor(id: string, before: Connection | null) {
  sessionStorage.setItem(keyOf(id), JSON.stringify({ at: Date.now(), before: before?.connected_at ?? null } satisfies Left));
}

export function whenLeft(id: string): Left | null {
  const kept = sessionStorage.getItem(keyOf(id));
  return kept ? (JSON.parse(kept) as Left) : null;
}
export const forgetLeaving = (id: string) => sessionStorage.removeItem(keyOf(id));

/** Why the consent did not connect the channel, by the word that the way back brings along. */
const REFUSED: Record<string, string> = {
  denied: "Access was denied. The channel is unchanged; you can connect it at any time.",
  taken: "This YouTube channel is already connected to another channel here. Connect again and choose a different one.",
  another_channel: "Access was granted to a different YouTube channel. Connect again with the account of this channel.",
  no_channel: "The Google account has no YouTube channel. Choose another account, or create a channel on YouTube.",
  incomplete:
    "The permission to upload and manage videos was not granted. Connect again, and leave this selected: “See, edit, and permanently delete your YouTube videos, ratings, comments and captions”.",
};
export const consentRefusedReason = (reason: string | null) =>
  reason === null ? null : (REFUSED[reason] ?? "Access was not granted. Connect the channel again.");

export type ConnectResult = "connected" | "not connected";

/** What became of it; null where nobody was away, or too long ago. */
export function connectResultOf(left: Left | null, connection: Connection | null, now: number): ConnectResult | null {
  if (!left || now - left.at > PATIENCE_MS) return null;
  return connection && connection.connected_at !== left.before ? "connected" : "not connected";
}
