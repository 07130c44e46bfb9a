import { expect, it } from "vitest";
import type { Version } from "../../../api/client";
import { changedIn, howMade, whyFixed } from "./videos";

const version = (number: number, title: string, tags: string[]): Version => ({ version: number, made_by: "edit", by: null, title, description: "", tags, created_at: "2026-01-01T00:00:00Z" });

it("says what each version changed", () => {
  const versions = [version(3, "B", ["x"]), version(2, "A", ["x"]), version(1, "A", [])];
  expect(versions.map((_, at) => changedIn(versions, at))).toEqual(["title", "tags", "first version"]);
});

it("says how a version came about", () => {
  expect(howMade({ made_by: "run", by: "Ada" })).toBe("written by the run");
  expect(howMade({ made_by: "edit", by: "Ada" })).toBe("edited by Ada");
  expect(howMade({ made_by: "restore", by: null })).toBe("restored");
});

it("says why a video is fixed", () => {
  expect(whyFixed({ status: "ready", access: "write" })).toBeNull();
  expect(whyFixed({ status: "published", access: "write" })).toBeNull();
  expect(whyFixed({ status: "ready", access: "read" })).toContain("not change them");
  expect(whyFixed({ status: "archived", access: "write" })).toContain("bring it back");
  expect(whyFixed({ status: "generating", access: "write" })).toContain("when it is ready");
});
