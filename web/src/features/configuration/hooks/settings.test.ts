import { expect, it } from "vitest";
import type { Setting } from "../../../api/client";
import { groupStatusOf, readable, sourceOf } from "./settings";

const setting = (key: string, change: Partial<Setting> = {}): Setting => ({
  key,
  secret: /key$|password$/.test(key),
  source: "default",
  is_set: false,
  value: null,
  fallback_value: null,
  is_withheld: false,
  set_at: null,
  ...change,
});

it("says a value in words", () => {
  expect(readable("smtp.host", "smtp.example.org")).toBe("smtp.example.org");
  expect(readable("smtp.host", null)).toBe("none");
  expect(readable("smtp.starttls", "True")).toBe("yes");
  expect(readable("some.new_setting", "7")).toBe("7");
});

it("says where a value comes from, and nothing where there is no secret", () => {
  expect(sourceOf(setting("smtp.port", { source: "environment", is_set: true, value: "25" }))).toBe("environment");
  expect(sourceOf(setting("smtp.password", { source: "environment" }))).toBe("–");
});

it("says whether emails are sent", () => {
  const host = setting("smtp.host", { is_set: true });
  const user = setting("smtp.user", { is_set: true });
  expect(groupStatusOf("smtp", [setting("smtp.host")]).tone).toBe("muted");
  expect(groupStatusOf("smtp", [host]).tone).toBe("success");
  expect(groupStatusOf("smtp", [host, user, setting("smtp.password")]).tone).toBe("warning");
  expect(groupStatusOf("smtp", [host, user, setting("smtp.password", { is_set: true })]).tone).toBe("success");
});

it("says whether a model is used", () => {
  const model = setting("language_model.model", { is_set: true });
  expect(groupStatusOf("language_model", []).text).toContain("no model");
  expect(groupStatusOf("language_model", [model]).tone).toBe("warning");
  expect(groupStatusOf("language_model", [model, setting("language_model.base_url", { is_set: true })]).tone).toBe("success");
  const withheld = setting("language_model.api_key", { is_withheld: true });
  expect(groupStatusOf("language_model", [model, setting("language_model.base_url", { is_set: true }), withheld]).text).toContain(
    "without a key",
  );
  expect(groupStatusOf("speech", []).tone).toBe("muted");
  expect(groupStatusOf("speech", [setting("speech.api_key", { is_set: true })]).tone).toBe("success");
});
