import type { VideoMetrics } from "../../../api/client";
import { labelOf } from "../../../lib/format";

type Reported = VideoMetrics["breakdowns"];
type Dimension = Reported[number]["dimension"];

export interface BreakdownShare {
  name: string;
  views: number;
  /** Of all views of which it is known, from 0 to 1. */
  share: number;
}
export interface Breakdown {
  title: string;
  column: string;
  parts: BreakdownShare[];
}

/** What is shown of each; the rest is one line. */
const MAX_MEMBERS = 6;

/** As YouTube's own pages say it. */
const SOURCES: Record<string, string> = {
  ADVERTISING: "Advertising",
  ANNOTATION: "Annotations",
  CAMPAIGN_CARD: "Campaign cards",
  END_SCREEN: "End screens",
  EXT_URL: "Other sites",
  HASHTAGS: "Hashtags",
  LIVE_REDIRECT: "Live redirects",
  NO_LINK_EMBEDDED: "Embedded elsewhere",
  NO_LINK_OTHER: "Direct or unknown",
  NOTIFICATION: "Notifications",
  PLAYLIST: "Playlists",
  PRODUCT_PAGE: "Product pages",
  PROMOTED: "Promoted by YouTube",
  RELATED_VIDEO: "Suggested videos",
  SHORTS: "Shorts feed",
  SOUND_PAGE: "Sound pages",
  SUBSCRIBER: "Home and subscriptions",
  VIDEO_REMIXES: "Remixes",
  YT_CHANNEL: "Channel pages",
  YT_OTHER_PAGE: "Other YouTube pages",
  YT_PLAYLIST_PAGE: "Playlist pages",
  YT_SEARCH: "YouTube search",
};
const DEVICES: Record<string, string> = {
  DESKTOP: "Computer",
  MOBILE: "Phone",
  TABLET: "Tablet",
  TV: "Television",
  GAME_CONSOLE: "Game console",
  UNKNOWN_PLATFORM: "Unknown",
};
const regions = new Intl.DisplayNames("en", { type: "region" });

/** What is not one of YouTube's names is shown as it came. */
const plain = (member: string) => labelOf(member.toLowerCase());
const countryOf = (code: string) => (code === "ZZ" ? "Unknown" : /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : plain(code));

const DIMENSIONS: { dimension: Dimension; title: string; column: string; nameOf: (member: string) => string }[] = [
  { dimension: "traffic_source", title: "Traffic sources", column: "Source", nameOf: (member) => SOURCES[member] ?? plain(member) },
  { dimension: "country", title: "Countries", column: "Country", nameOf: countryOf },
  { dimension: "device", title: "Devices", column: "Device", nameOf: (member) => DEVICES[member] ?? plain(member) },
];

/** Those of which anything is known, in their order; the largest part first. */
export function breakdownsOf(said: Reported): Breakdown[] {
  return DIMENSIONS.flatMap(({ dimension, title, column, nameOf }) => {
    const items = said.find((one) => one.dimension === dimension)?.items.filter((one) => one.views > 0) ?? [];
    if (!items.length) return [];
    const all = items.reduce((sum, one) => sum + one.views, 0);
    const ordered = [...items].sort((one, other) => other.views - one.views);
    const few = ordered.length > MAX_MEMBERS ? ordered.slice(0, MAX_MEMBERS - 1) : ordered;
    const rest = all - few.reduce((sum, one) => sum + one.views, 0);
    const parts = few.map((one) => ({ name: nameOf(one.member), views: one.views, share: one.views / all }));
    if (rest > 0) parts.push({ name: `${ordered.length - few.length} others`, views: rest, share: rest / all });
    return [{ title, column, parts }];
  });
}
