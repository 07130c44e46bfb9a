import { describe, expect, it } from "vitest";
import type { SearchHit } from "../../../api/client";
import { asksForSearch, grouped, placeOf } from "./search";

const one = (kind: SearchHit["kind"], id: string, rank: number): SearchHit => ({
  kind,
  id,
  rank,
  title: id,
  channel_id: "c",
  channel_name: "C",
  excerpt: "",
});

it("keeps kinds together, the best first", () => {
  const found = [one("channel", "a", 3), one("video", "b", 2), one("channel", "c", 1), one("video", "d", 0.5)];
  expect(grouped(found).map((each) => each.id)).toEqual(["a", "c", "b", "d"]);
  expect(grouped([])).toEqual([]);
});

it("knows the page of what was found", () => {
  expect(placeOf(one("video", "v", 1))).toBe("/videos/v");
  expect(placeOf(one("channel", "c", 1))).toBe("/channels/c");
});

describe("the key /", () => {
  const press = { key: "/", ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: { tagName: "BODY" } };
  it("asks for the search", () => expect(asksForSearch(press)).toBe(true));
  it.each([
    [{ key: "a" }],
    [{ ctrlKey: true }],
    [{ defaultPrevented: true }],
    [{ target: { tagName: "TEXTAREA" } }],
    [{ target: { tagName: "INPUT" } }],
    [{ target: { tagName: "DIV", isContentEditable: true } }],
  ])("is left alone with %j", (other) => expect(asksForSearch({ ...press, ...other })).toBe(false));
});
