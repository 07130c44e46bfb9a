import type { Channel } from "../api/client";

/** What whoever looks may do with a channel, as the API says it; each includes the one before. */
export type Access = Channel["access"];

/** Order videos, change what they say, and put them away. */
export const mayWrite = (access: Access) => access !== "read";
/** Change the channel itself. */
export const mayManage = (access: Access) => access === "admin" || access === "owner";

export const ACCESS: Record<Access, string> = { read: "look", write: "make videos", admin: "manage", owner: "everything" };

export const WHY_NOT = {
  video: "You may look at this channel's videos, not change them. Who shares the channel can give you more.",
  channel: "You may not change this channel. Its owner, or an administrator, can share more of it with you.",
};
