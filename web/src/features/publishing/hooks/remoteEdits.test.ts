import { expect, it } from "vitest";
import { keepAll, shownValue } from "./remoteEdits";

it("shows values as people read them", () => {
  expect(shownValue("title", "Tides", "UTC")).toBe("Tides");
  expect(shownValue("tags", ["sea", "moon"], "UTC")).toBe("sea, moon");
  expect(shownValue("tags", [], "UTC")).toBe("none");
  expect(shownValue("language", null, "UTC")).toBe("none");
  expect(shownValue("made_for_kids", null, "UTC")).toBe("no");
  expect(shownValue("synthetic_media", true, "UTC")).toBe("yes");
  expect(shownValue("licence", "creativeCommon", "UTC")).toBe("Creative Commons");
  expect(shownValue("visibility", "unlisted", "UTC")).toBe("unlisted");
  expect(shownValue("visibility", "2199-01-05T09:30:00+00:00", "UTC")).toMatch(/^public at .*09:30/);
  expect(shownValue("visibility", "2020-01-05T09:30:00+00:00", "UTC")).toBe("public");
});

it("decides about all edits at once", () => {
  const edits = [
    { field: "title", local: "A", remote: "B" },
    { field: "tags", local: [], remote: ["b"] },
  ] as const;
  expect(keepAll(edits as never, "remote")).toEqual({ resolutions: { title: "remote", tags: "remote" } });
});
