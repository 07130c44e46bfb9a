import type { CalendarChannel, ListedChannel, Publication, PublicationEdit, Video } from "../api/client";
import { type Access, can, WHY_NOT } from "./access";

/**
 * Whether something may be done now, and otherwise why not, in a sentence for whoever wants to. What lies in a channel's state is put
 * right on its page.
 */
export type Allowance = { allowed: true } | { allowed: false; reason: string; isOfChannel: boolean };

const ALLOWED: Allowance = { allowed: true };
const unless = (reason: string | null, isOfChannel = false): Allowance =>
  reason === null ? ALLOWED : { allowed: false, reason, isOfChannel };

/** The reason of what is not allowed, where there is a place for it. */
export const reasonOf = (allowance: Allowance): string | null => (allowance.allowed ? null : allowance.reason);

type KnownVideo = Pick<Video, "status" | "access">;
type PublishingChannel =
  Pick<ListedChannel, "name" | "status" | "access" | "connection"> | Pick<CalendarChannel, "name" | "status" | "access" | "is_connected">;
/** Null: it was not published. */
type KnownPublication = Pick<Publication, "status"> | null;
type KnownEdit = Pick<PublicationEdit, "status" | "kind"> | undefined;

const READY = ["ready", "scheduled"];

/** What may be done with a video or channel. Buttons for it show the reason where they are disabled. */
export const allowanceTo = {
  /** Publish or schedule videos of a channel. */
  publishOn: (channel: PublishingChannel): Allowance =>
    can.write(channel.access) ? unless(channelReason(channel), true) : unless(WHY_NOT.video),

  /** Publish a video now, or give it a time. */
  publish(video: KnownVideo, channel: PublishingChannel, publication: KnownPublication): Allowance {
    if (!can.write(video.access)) return unless(WHY_NOT.video);
    const reason = unpublishableReason(video, publication);
    return reason === null ? unless(channelReason(channel), true) : unless(reason);
  },

  /** Edit title, description and tags, and restore a version of them. */
  edit({ status, access }: KnownVideo): Allowance {
    if (!can.write(access)) return unless(WHY_NOT.video);
    if (status === "archived") return unless("The video is archived. Restore it to edit its metadata.");
    if (status === "removed") return unless("The video was removed.");
    return unless(READY.includes(status) || status === "published" ? null : "It can be edited when the video is ready.");
  },

  /** Choose or upload a thumbnail. */
  chooseThumbnail({ status, access }: KnownVideo): Allowance {
    if (!can.write(access)) return unless(WHY_NOT.video);
    return unless(status === "removed" ? "The video was removed." : null);
  },

  /** Change, move or cancel what is on the calendar already. */
  changeEntry: (channel: Pick<CalendarChannel, "access">): Allowance => unless(can.write(channel.access) ? null : WHY_NOT.video),

  /** Update a video that YouTube has, or choose between two versions of it. */
  editOnYouTube(access: Access, last: KnownEdit): Allowance {
    if (!can.write(access)) return unless(WHY_NOT.video);
    return unless(underWayReason(last));
  },

  deleteFromYouTube(access: Access, last: KnownEdit): Allowance {
    if (!can.manage(access)) return unless(WHY_NOT.deletion);
    return unless(underWayReason(last));
  },
};

function channelReason(channel: PublishingChannel): string | null {
  if (channel.status !== "active") return `The channel “${channel.name}” is ${channel.status}. Activate it first.`;
  const [connected, never] =
    "connection" in channel
      ? [channel.connection === "connected" || channel.connection === "expiring", channel.connection === null]
      : [channel.is_connected, true];
  if (connected) return null;
  return never
    ? `The channel “${channel.name}” is not connected to YouTube.`
    : `YouTube no longer accepts the connection of “${channel.name}”. Connect the channel again.`;
}

function unpublishableReason({ status }: KnownVideo, publication: KnownPublication): string | null {
  if (status === "archived") return "The video is archived. Restore it first.";
  if (status === "removed") return "The video was removed.";
  if (status === "published" || publication?.status === "live") return "It is on YouTube already.";
  if (!READY.includes(status)) return "It can be published when the video is ready.";
  if (!publication || ["failed", "gone"].includes(publication.status)) return null;
  return publication.status === "removed" ? "It was deleted from YouTube on request." : "Its publication is in progress.";
}

function underWayReason(last: KnownEdit): string | null {
  if (last?.status !== "planned") return null;
  return last.kind === "deletion" ? "It is being deleted from YouTube." : "An update on YouTube is in progress.";
}
