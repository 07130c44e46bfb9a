import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Channel, type Connection, done, unwrap } from "../../../api/client";
import { mayManage, mayWrite, WHY_NOT } from "../../../lib/access";
import type { Tone } from "../../../ui/State";

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

interface Standing {
  tone: Tone;
  mark: string;
  means: string;
}
export const LINK: Record<Connection["status"], Standing> = {
  connected: { tone: "success", mark: "✓", means: "YTEMPIRE can upload and read." },
  expiring: { tone: "warning", mark: "!", means: "The consent ends soon. Connect again before it does; nothing is lost by it." },
  expired: { tone: "error", mark: "✕", means: "The consent has ended: nothing is uploaded or read until you connect again. Nothing is lost." },
  revoked: { tone: "muted", mark: "–", means: "Disconnected. Which YouTube channel it was stays known, and you can connect it again." },
};

export const isUsable = (connection: Connection | null) => connection?.status === "connected" || connection?.status === "expiring";

type Deed = "connect" | "check" | "disconnect";

/** Why something cannot be done now; null: it can. */
export function hindrance(deed: Deed, { access, status }: Pick<Channel, "access" | "status">, connection: Connection | null): string | null {
  const allowed = deed === "check" ? mayWrite(access) : mayManage(access);
  if (!allowed) return WHY_NOT.channel;
  if (deed !== "disconnect" && (status === "suspended" || status === "archived")) return `The channel is ${status}: activate it first.`;
  if (deed === "check" && !isUsable(connection)) return "To check it, connect it first.";
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
  denied: "The consent was not given. The channel is as it was; connect it whenever you like.",
  taken: "That YouTube channel is connected here already, as another channel. Connect once more and choose another one.",
  another_channel: "The consent was for another YouTube channel than this one is. Connect once more with its account.",
  no_channel: "The account that consented has no YouTube channel. Choose the account of the channel, or create a channel there.",
  incomplete:
    "The consent leaves out the right to upload and manage videos. Connect once more, and leave this ticked: “See, edit, and permanently delete your YouTube videos, ratings, comments and captions”.",
};
export const refusedBecause = (reason: string | null) => (reason === null ? null : (REFUSED[reason] ?? "The consent did not come about. Connect the channel once more."));

export type Outcome = "connected" | "not connected";

/** What became of it; null where nobody was away, or too long ago. */
export function outcomeOf(left: Left | null, connection: Connection | null, now: number): Outcome | null {
  if (!left || now - left.at > PATIENCE_MS) return null;
  return connection && connection.connected_at !== left.before ? "connected" : "not connected";
}
