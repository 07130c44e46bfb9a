import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type Setting, unwrap } from "../../../api/client";
import type { Tone } from "../../../ui/State";

export const configurationQuery = () => queryOptions({ queryKey: ["configuration"], queryFn: () => unwrap(api.GET("/api/v1/configuration")) });

export function useGiveSetting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, value }: { key: string; value: string }) => done(api.PUT("/api/v1/configuration/{key}", { params: { path: { key } }, body: { value } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["configuration"] }),
  });
}

export function useTakeBackSetting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE("/api/v1/configuration/{key}", { params: { path: { key } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["configuration"] }),
  });
}

export interface Words {
  label: string;
  about?: string;
  kind?: "switch" | "number";
  /** What holds where nothing is set. */
  unset?: string;
  /** The label of the secret that goes with this address. */
  secret?: string;
}

const KEY_ABOUT = "Sent to the address above and nowhere else.";
const WORDS: Record<string, Words> = {
  "language_model.base_url": { label: "Address", about: "Of any service that speaks OpenAI's protocol.", unset: "OpenAI's own", secret: "key" },
  "language_model.api_key": { label: "Key", about: KEY_ABOUT },
  "language_model.model": { label: "Model", about: "As the service names it.", unset: "none" },
  "speech.base_url": { label: "Address", about: "Of any service that speaks OpenAI's protocol.", unset: "OpenAI's own", secret: "key" },
  "speech.api_key": { label: "Key", about: KEY_ABOUT },
  "speech.model": { label: "Model", about: "As the service names it." },
  "speech.voice": { label: "Voice", about: "For personas that name none." },
  "mail.host": { label: "Server", about: "Its name, such as mail.example.org.", unset: "none", secret: "password" },
  "mail.port": { label: "Port", about: "465 is encrypted from the first byte.", kind: "number" },
  "mail.user": { label: "User", unset: "none" },
  "mail.password": { label: "Password", about: "Sent to the server above and nowhere else." },
  "mail.sender": { label: "Sender", about: "Name <mail@example.org>." },
  "mail.starttls": { label: "Encrypt the connection", about: "By STARTTLS, before anything is said.", kind: "switch" },
};
export const wordsOf = (key: string): Words => WORDS[key] ?? { label: key };

export interface Group {
  name: string;
  title: string;
  about: string;
}
export const GROUPS: Group[] = [
  { name: "language_model", title: "Language model", about: "Writes scripts. Without one, the built-in writer picks the best sentences of the text itself." },
  { name: "speech", title: "Speech", about: "Speaks for personas whose engine is OpenAI's. The built-in voice needs none of this." },
  { name: "mail", title: "Mail", about: "Sends letters about accounts. Without a server they wait in the outbox." },
];
export const groupOf = (key: string) => GROUPS.find((one) => key.startsWith(`${one.name}.`))?.title ?? key;
export const inGroup = (settings: Setting[], group: string) => settings.filter((one) => one.key.startsWith(`${group}.`));

/** What is shown of a value. A secret is never among the answers. */
export function shown(setting: Pick<Setting, "key" | "secret" | "is_set" | "value">): string {
  if (setting.secret) return setting.is_set ? "is set" : "not set";
  return readable(setting.key, setting.value);
}

export function readable(key: string, value: string | null): string {
  const { kind, unset } = wordsOf(key);
  if (value === null) return unset ?? "not set";
  return kind === "switch" ? (value === "True" ? "yes" : "no") : value;
}

const ORIGIN: Record<Setting["origin"], string> = { here: "given here", environment: "environment", default: "default" };
export const originOf = (setting: Setting) => (setting.secret && !setting.is_set ? "–" : ORIGIN[setting.origin]);

export interface Standing {
  tone: Tone;
  mark: string;
  words: string;
}
const off = (words: string): Standing => ({ tone: "muted", mark: "○", words });
const on = (words: string): Standing => ({ tone: "success", mark: "✓", words });
const lacking = (words: string): Standing => ({ tone: "warning", mark: "!", words });

/** Whether a group does its work as it stands. */
export function standingOf(group: string, settings: Setting[]): Standing {
  const has = (name: string) => settings.some((one) => one.key === `${group}.${name}` && one.is_set);
  if (group === "mail") {
    if (!has("host")) return off("no server: letters wait in the outbox");
    return has("user") && !has("password") ? lacking("letters wait: the user has no password") : on("letters are sent");
  }
  const keyless = settings.some((one) => one.withheld);
  const reachable = has("base_url") || has("api_key");
  if (group === "language_model") {
    if (!has("model")) return off("not used: no model is named");
    if (!reachable) return lacking("scripts fail: neither a key nor an address is set");
    return keyless ? lacking("used for scripts, without a key") : on("used for scripts");
  }
  if (reachable && keyless) return lacking("used where a persona asks for it, without a key");
  return reachable ? on("used where a persona asks for it") : off("not used: neither a key nor an address is set");
}
