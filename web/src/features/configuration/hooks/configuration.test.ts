import { expect, it } from "vitest";
import type { Setting } from "../../../api/client";
import { originOf, shown, standingOf } from "./configuration";

const setting = (key: string, change: Partial<Setting> = {}): Setting => ({
  key, secret: /key$|password$/.test(key), origin: "default", is_set: false, value: null, otherwise: null, withheld: false, given_at: null, ...change,
});

it("shows a value, and of a secret only whether there is one", () => {
  expect(shown(setting("mail.host", { is_set: true, value: "mail.example.org" }))).toBe("mail.example.org");
  expect(shown(setting("mail.host"))).toBe("none");
  expect(shown(setting("mail.starttls", { is_set: true, value: "True" }))).toBe("yes");
  expect(shown(setting("mail.password", { is_set: true }))).toBe("is set");
  expect(shown(setting("mail.password"))).toBe("not set");
  expect(shown(setting("some.new_setting", { value: "7" }))).toBe("7");
});

it("says where a value comes from, and nothing where there is no secret", () => {
  expect(originOf(setting("mail.port", { origin: "environment", is_set: true, value: "25" }))).toBe("environment");
  expect(originOf(setting("mail.password", { origin: "environment" }))).toBe("–");
});

it("says whether letters go out", () => {
  const host = setting("mail.host", { is_set: true });
  const user = setting("mail.user", { is_set: true });
  expect(standingOf("mail", [setting("mail.host")]).tone).toBe("muted");
  expect(standingOf("mail", [host]).tone).toBe("success");
  expect(standingOf("mail", [host, user, setting("mail.password")]).tone).toBe("warning");
  expect(standingOf("mail", [host, user, setting("mail.password", { is_set: true })]).tone).toBe("success");
});

it("says whether a model is used", () => {
  const model = setting("language_model.model", { is_set: true });
  expect(standingOf("language_model", []).words).toContain("no model");
  expect(standingOf("language_model", [model]).tone).toBe("warning");
  expect(standingOf("language_model", [model, setting("language_model.base_url", { is_set: true })]).tone).toBe("success");
  const withheld = setting("language_model.api_key", { withheld: true });
  expect(standingOf("language_model", [model, setting("language_model.base_url", { is_set: true }), withheld]).words).toContain("without a key");
  expect(standingOf("speech", []).tone).toBe("muted");
  expect(standingOf("speech", [setting("speech.api_key", { is_set: true })]).tone).toBe("success");
});
