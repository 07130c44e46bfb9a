import { expect, it } from "vitest";
import type { Connection } from "../../../api/client";
import { hindrance, outcomeOf } from "./connection";

const connection = { status: "connected", connected_at: "2026-11-26T10:00:00Z" } as Connection;
const mine = { access: "owner", status: "active" } as const;

it("says why something cannot be done", () => {
  expect(hindrance("connect", mine, null)).toBeNull();
  expect(hindrance("check", mine, { ...connection, status: "expired" })).toBe("To check it, connect it first.");
  expect(hindrance("disconnect", mine, { ...connection, status: "expired" })).toBeNull();
  expect(hindrance("disconnect", mine, { ...connection, status: "revoked" })).toBe("There is nothing to disconnect.");
  expect(hindrance("connect", { ...mine, status: "archived" }, connection)).toContain("activate it first");
  expect(hindrance("disconnect", { ...mine, status: "suspended" }, connection)).toBeNull();
  expect(hindrance("check", { ...mine, access: "write" }, connection)).toBeNull();
  expect(hindrance("connect", { ...mine, access: "write" }, null)).toContain("You may not change this channel.");
});

it("knows what became of a way to the consent page", () => {
  const now = Date.parse("2026-11-26T10:01:00Z");
  expect(outcomeOf(null, connection, now)).toBeNull();
  expect(outcomeOf({ at: now - 60_000, before: null }, connection, now)).toBe("connected");
  expect(outcomeOf({ at: now - 60_000, before: null }, null, now)).toBe("not connected");
  expect(outcomeOf({ at: now - 60_000, before: connection.connected_at }, connection, now)).toBe("not connected");
  expect(outcomeOf({ at: now - 3_600_000, before: null }, connection, now)).toBeNull();
});
