import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, done, type Setting, unwrap } from "../../../api/client";
import { inactive, type StatusLabel, succeeded, warning } from "../../../ui/statuses";

export const settingsQuery = () => queryOptions({ queryKey: ["settings"], queryFn: () => unwrap(api.GET("/api/v1/settings")) });

export function useSetSetting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, value }: { key: string; value: string }) =>
      done(api.PUT("/api/v1/settings/{key}", { params: { path: { key } }, body: { value } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export function useResetSetting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => done(api.DELETE("/api/v1/settings/{key}", { params: { path: { key } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export interface SettingText {
  label: string;
  about?: string;
  kind?: "switch" | "number";
  /** What holds where nothing is set. */
  unset?: string;
  /** The label of the secret that goes with this address. */
  secret?: string;
}

const KEY_ABOUT = "Sent to the address above only.";
const SETTING_TEXT: Record<string, SettingText> = {
  "language_model.base_url": {
    label: "Address",
    about: "Any service with an OpenAI-compatible API.",
    unset: "OpenAI",
    secret: "key",
  },
  "language_model.api_key": { label: "Key", about: KEY_ABOUT },
  "language_model.model": { label: "Model", about: "As named by the service.", unset: "none" },
  "speech.base_url": { label: "Address", about: "Any service with an OpenAI-compatible API.", unset: "OpenAI", secret: "key" },
  "speech.api_key": { label: "Key", about: KEY_ABOUT },
  "speech.model": { label: "Model", about: "As named by the service." },
  "speech.voice": { label: "Voice", about: "For personas without a voice name." },
  "smtp.host": { label: "Server", about: "Host name, for example mail.example.org.", unset: "none", secret: "password" },
  "smtp.port": { label: "Port", about: "Port 465 is encrypted from the start.", kind: "number" },
  "smtp.user": { label: "User", unset: "none" },
  "smtp.password": { label: "Password", about: "Sent to the server above only." },
  "smtp.sender": { label: "Sender", about: "Name <mail@example.org>." },
  "smtp.starttls": { label: "Encrypt the connection", about: "With STARTTLS.", kind: "switch" },
};
export const textOf = (key: string): SettingText => SETTING_TEXT[key] ?? { label: key };

export interface Group {
  name: string;
  title: string;
  about: string;
}
export const GROUPS: Group[] = [
  {
    name: "language_model",
    title: "Language model",
    about: "Writes scripts. Without one, the built-in writer selects the best sentences of the text.",
  },
  { name: "speech", title: "Speech", about: "Speaks for personas with the engine OpenAI. The built-in voice does not need it." },
  { name: "smtp", title: "Email", about: "Sends emails about accounts. Without a server, they are only listed under Emails." },
];
export const groupOf = (key: string) => GROUPS.find((one) => key.startsWith(`${one.name}.`))?.title ?? key;
export const inGroup = (settings: Setting[], group: string) => settings.filter((one) => one.key.startsWith(`${group}.`));

/** A value in words. */
export function readable(key: string, value: string | null): string {
  const { kind, unset } = textOf(key);
  if (value === null) return unset ?? "not set";
  return kind === "switch" ? (value === "True" ? "yes" : "no") : value;
}

const SOURCE: Record<Setting["source"], string> = { override: "set here", environment: "environment", default: "default" };
export const sourceOf = (setting: Setting) => (setting.secret && !setting.is_set ? "–" : SOURCE[setting.source]);

/** Whether a group does its work as it stands. */
export function groupStatusOf(group: string, settings: Setting[]): StatusLabel {
  const has = (name: string) => settings.some((one) => one.key === `${group}.${name}` && one.is_set);
  if (group === "smtp") {
    if (!has("host")) return inactive("no server: emails are not sent");
    return has("user") && !has("password") ? warning("emails are not sent: the user has no password") : succeeded("emails are sent");
  }
  const keyless = settings.some((one) => one.is_withheld);
  const reachable = has("base_url") || has("api_key");
  if (group === "language_model") {
    if (!has("model")) return inactive("not used: no model is set");
    if (!reachable) return warning("scripts fail: neither a key nor an address is set");
    return keyless ? warning("used for scripts, without a key") : succeeded("used for scripts");
  }
  if (reachable && keyless) return warning("used for personas with the engine OpenAI, without a key");
  return reachable ? succeeded("used for personas with the engine OpenAI") : inactive("not used: neither a key nor an address is set");
}
