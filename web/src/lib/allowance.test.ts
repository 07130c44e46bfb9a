import { describe, expect, it, test } from "vitest";
import { WHY_NOT } from "./access";
import { allowanceTo, reasonOf } from "./allowance";

const channel = { name: "Dawn", status: "active", access: "write", connection: "connected" } as const;
const shown = { name: "Dawn", status: "active", access: "write", is_connected: true } as const;
const video = { status: "ready", access: "write" } as const;

describe("to publish a video", () => {
  const reason = (...given: Parameters<typeof allowanceTo.publish>) => reasonOf(allowanceTo.publish(...given));

  it("is allowed where nothing of it is on its way", () => {
    expect(allowanceTo.publish(video, channel, null)).toEqual({ allowed: true });
    expect(reason({ ...video, status: "scheduled" }, channel, { status: "failed" })).toBeNull();
    expect(reason(video, channel, { status: "gone" })).toBeNull();
    expect(reason(video, { ...channel, connection: "expiring" }, null)).toBeNull();
  });

  test.each([
    [{ ...video, access: "read" as const }, null, WHY_NOT.video],
    [{ ...video, status: "generating" }, null, "It can be published when the video is ready."],
    [{ ...video, status: "failed" }, null, "It can be published when the video is ready."],
    [{ ...video, status: "archived" }, null, "The video is archived. Restore it first."],
    [{ ...video, status: "removed" }, null, "The video was removed."],
    [{ ...video, status: "published" }, null, "It is on YouTube already."],
    [video, { status: "live" as const }, "It is on YouTube already."],
    [video, { status: "uploading" as const }, "Its publication is in progress."],
    [video, { status: "unknown" as const }, "Its publication is in progress."],
    [video, { status: "removed" as const }, "It was deleted from YouTube on request."],
  ])("%o, published %o: %s", (of, publication, expected) => {
    expect(reason(of, channel, publication)).toBe(expected);
  });

  it("counts the access to the video, and then the channel", () => {
    expect(reason(video, { ...channel, access: "read" }, null)).toBeNull();
    expect(allowanceTo.publish(video, { ...channel, status: "paused" }, null)).toEqual({
      allowed: false,
      reason: "The channel “Dawn” is paused. Activate it first.",
      isOfChannel: true,
    });
    expect(allowanceTo.publish({ ...video, status: "archived" }, { ...channel, status: "paused" }, null)).toMatchObject({
      isOfChannel: false,
    });
  });
});

describe("to publish on a channel", () => {
  test.each([
    [channel, null],
    [shown, null],
    [{ ...channel, access: "read" as const }, WHY_NOT.video],
    [{ ...shown, access: "read" as const }, WHY_NOT.video],
    [{ ...channel, status: "paused" as const }, "The channel “Dawn” is paused. Activate it first."],
    [{ ...channel, status: "suspended" as const }, "The channel “Dawn” is suspended. Activate it first."],
    [{ ...channel, connection: null }, "The channel “Dawn” is not connected to YouTube."],
    [{ ...shown, is_connected: false }, "The channel “Dawn” is not connected to YouTube."],
    [{ ...channel, connection: "expired" as const }, "YouTube no longer accepts the connection of “Dawn”. Connect the channel again."],
    [{ ...channel, connection: "revoked" as const }, "YouTube no longer accepts the connection of “Dawn”. Connect the channel again."],
  ])("%o: %s", (of, expected) => {
    expect(reasonOf(allowanceTo.publishOn(of))).toBe(expected);
  });
});

test.each([
  ["ready", "write", null],
  ["scheduled", "write", null],
  ["published", "owner", null],
  ["ready", "read", WHY_NOT.video],
  ["archived", "write", "The video is archived. Restore it to edit its metadata."],
  ["removed", "write", "The video was removed."],
  ["generating", "write", "It can be edited when the video is ready."],
] as const)("to edit a video that is %s with %s access: %s", (status, access, expected) => {
  expect(reasonOf(allowanceTo.edit({ status, access }))).toBe(expected);
});

test.each([
  ["ready", "write", null],
  ["failed", "write", null],
  ["ready", "read", WHY_NOT.video],
  ["removed", "write", "The video was removed."],
] as const)("to choose a thumbnail of a video that is %s with %s access: %s", (status, access, expected) => {
  expect(reasonOf(allowanceTo.chooseThumbnail({ status, access }))).toBe(expected);
});

test("what is on the calendar is changed by who may write", () => {
  expect(reasonOf(allowanceTo.changeEntry({ access: "write" }))).toBeNull();
  expect(reasonOf(allowanceTo.changeEntry({ access: "read" }))).toBe(WHY_NOT.video);
});

describe("what YouTube has", () => {
  const update = { status: "planned", kind: "update" } as const;
  const deletion = { status: "planned", kind: "deletion" } as const;

  test.each([
    ["write", undefined, null],
    ["write", { ...update, status: "failed" }, null],
    ["write", { ...deletion, status: "awaiting_confirmation" }, null],
    ["read", undefined, WHY_NOT.video],
    ["write", update, "An update on YouTube is in progress."],
    ["admin", deletion, "It is being deleted from YouTube."],
  ] as const)("is edited with %s access, after %o: %s", (access, last, expected) => {
    expect(reasonOf(allowanceTo.editOnYouTube(access, last))).toBe(expected);
  });

  test.each([
    ["admin", undefined, null],
    ["owner", undefined, null],
    ["write", undefined, WHY_NOT.deletion],
    ["admin", update, "An update on YouTube is in progress."],
  ] as const)("is deleted with %s access, after %o: %s", (access, last, expected) => {
    expect(reasonOf(allowanceTo.deleteFromYouTube(access, last))).toBe(expected);
  });
});
