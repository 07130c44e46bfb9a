import type { Channel } from "../api/client";

/** What whoever looks may do with a channel, as the API says it; each includes the one before. */
export type Access = Channel["access"];

/** What a level of access allows. */
export const can = {
  /** Request videos, edit and publish them. */
  write: (access: Access) => access !== "read",
  /** Change the channel itself. */
  manage: (access: Access) => access === "admin" || access === "owner",
};

export const ACCESS: Record<Access, string> = { read: "read", write: "write", admin: "admin", owner: "owner" };

export const WHY_NOT = {
  video: "You have read access to this channel's videos. Ask its owner or an administrator for write access.",
  deletion: "Only who can change this channel can delete its videos from YouTube. Ask its owner or an administrator for admin access.",
  channel: "You cannot change this channel. Ask its owner or an administrator for admin access.",
};
