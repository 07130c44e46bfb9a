import { expect, it } from "vitest";
import type { Version } from "../../../api/client";
import { changedIn, createdByLabel } from "./videos";

const version = (number: number, title: string, tags: string[]): Version => ({
  version: number,
  created_by: "edit",
  created_by_name: null,
  title,
  description: "",
  tags,
  created_at: "2026-01-01T00:00:00Z",
});

it("says what each version changed", () => {
  const versions = [version(3, "B", ["x"]), version(2, "A", ["x"]), version(1, "A", [])];
  expect(versions.map((_, at) => changedIn(versions, at))).toEqual(["title", "tags", "first version"]);
});

it("says how a version came about", () => {
  expect(createdByLabel({ created_by: "run", created_by_name: "Ada" })).toBe("written by the run");
  expect(createdByLabel({ created_by: "edit", created_by_name: "Ada" })).toBe("edited by Ada");
  expect(createdByLabel({ created_by: "restore", created_by_name: null })).toBe("restored");
});
