import { expect, it } from "vitest";
import type { Connection } from "../../../api/client";
import { connectBlockedReason, connectResultOf } from "./connection";

const connection = { status: "connected", connected_at: "2026-11-26T10:00:00Z" } as Connection;
const mine = { access: "owner", status: "active" } as const;

it("says why something cannot be done", () => {
  expect(connectBlockedReason("connect", mine, null)).toBeNull();
  expect(connectBlockedReason("check", mine, { ...connection, status: "expired" })).toBe("Connect the channel to check it.");
  expect(connectBlockedReason("disconnect", mine, { ...connection, status: "expired" })).toBeNull();
  expect(connectBlockedReason("disconnect", mine, { ...connection, status: "revoked" })).toBe("There is nothing to disconnect.");
  expect(connectBlockedReason("connect", { ...mine, status: "archived" }, connection)).toContain("activate it first");
  expect(connectBlockedReason("disconnect", { ...mine, status: "suspended" }, connection)).toBeNull();
  expect(connectBlockedReason("check", { ...mine, access: "write" }, connection)).toBeNull();
  expect(connectBlockedReason("connect", { ...mine, access: "write" }, null)).toContain("You cannot change this channel.");
});

it("knows what became of a way to the consent page", () => {
  const now = Date.parse("2026-11-26T10:01:00Z");
  expect(connectResultOf(null, connection, now)).toBeNull();
  expect(connectResultOf({ at: now - 60_000, before: null }, connection, now)).toBe("connected");
  expect(connectResultOf({ at: now - 60_000, before: null }, null, now)).toBe("not connected");
  expect(connectResultOf({ at: now - 60_000, before: connection.connected_at }, connection, now)).toBe("not connected");
  expect(connectResultOf({ at: now - 3_600_000, before: null }, connection, now)).toBeNull();
});
