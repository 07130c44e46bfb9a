// Google's client for Node against a sandbox: what it needs to know comes as JSON on its standard input.
// Prints what it saw as JSON; the test looks at it.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { auth, youtube } from "@googleapis/youtube";

const given = JSON.parse(readFileSync(0, "utf8"));
const rootUrl = given.base;
const person = new auth.OAuth2({
  clientId: given.client_id,
  clientSecret: given.client_secret,
  endpoints: { oauth2TokenUrl: `${given.base}/token` },
});
person.setCredentials({ refresh_token: given.refresh_token });
const api = youtube({ version: "v3", auth: person, rootUrl });
// calls go where the client was told, but an upload's address is made of the call's own options
const upload = { rootUrl };

const film = Buffer.from(given.film, "base64");
const inPieces = (bytes) => Readable.from((function* () {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
})());

async function refused(call) {
  try {
    await call();
  } catch (error) {
    const { code, errors } = error.response.data.error;
    return { code, reason: errors[0].reason };
  }
  return null;
}

const snippet = { title: "Tides", description: "The moon.", categoryId: "27", defaultLanguage: "en", tags: ["moon"] };
const made = await api.videos.insert(
  {
    part: ["snippet", "status", "recordingDetails", "localizations"],
    requestBody: {
      snippet,
      status: { privacyStatus: "unlisted", selfDeclaredMadeForKids: false },
      recordingDetails: { recordingDate: "2024-05-01T00:00:00.000Z" },
      localizations: { de: { title: "Gezeiten", description: "Der Mond." } },
    },
    media: { mimeType: "video/mp4", body: inPieces(film) },
  },
  upload,
);
const id = made.data.id;
const channel = await api.channels.list({
  part: ["snippet", "contentDetails", "statistics", "status", "brandingSettings", "topicDetails", "localizations"],
  mine: true,
});
const seen = await api.videos.list({
  part: ["snippet", "contentDetails", "liveStreamingDetails", "player", "processingDetails", "topicDetails"],
  id: [id],
  hl: "de",
});
const again = await api.videos.list({ part: ["snippet"], id: [id] });
const unchanged = await api.videos.list(
  { part: ["snippet"], id: [id] },
  { headers: { "If-None-Match": `"other", W/${again.headers.get("etag")}` }, validateStatus: () => true },
);
const changed = await api.videos.update({ part: ["snippet"], requestBody: { id, snippet: { ...snippet, title: "New" } } });
const caption = await api.captions.insert(
  {
    part: ["snippet"],
    requestBody: { snippet: { videoId: id, language: "en", name: "" } },
    media: { mimeType: "text/plain", body: "1\n00:00:00,000 --> 00:00:02,000\nThe moon.\n" },
  },
  upload,
);
await api.thumbnails.set(
  { videoId: id, media: { mimeType: "image/png", body: inPieces(Buffer.from(given.picture, "base64")) } },
  upload,
);
const playlist = await api.playlists.insert({ part: ["snippet", "status"], requestBody: { snippet: { title: "Seas" } } });
await api.playlistItems.insert({
  part: ["snippet"],
  requestBody: { snippet: { playlistId: playlist.data.id, resourceId: { kind: "youtube#video", videoId: id } } },
});
const pages = await api.playlistItems.list({ part: ["contentDetails"], playlistId: playlist.data.id });

console.log(
  JSON.stringify({
    made: made.data,
    channel: channel.data.items[0],
    seen: seen.data.items[0],
    unchanged: unchanged.status,
    changed: changed.data.snippet.title,
    caption: caption.data.snippet.language,
    listed: pages.data.items.map((item) => item.contentDetails.videoId),
    empty: await refused(() =>
      api.videos.insert({ part: ["snippet"], requestBody: { snippet }, media: { mimeType: "video/mp4", body: Readable.from([]) } }, upload),
    ),
    fields: await refused(() => api.videos.list({ part: ["id"], id: [id], fields: "items(nonsense)" })),
    part: await refused(() => api.videos.list({ part: ["nonsense"], id: [id] })),
    unsupported: await refused(() => api.commentThreads.list({ part: ["snippet"], videoId: id })),
    gone: (await api.videos.delete({ id })).status,
  }),
);
