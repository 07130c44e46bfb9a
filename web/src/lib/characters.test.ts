import { expect, it } from "vitest";
import { characters } from "./characters";

it("counts by code point", () => {
  expect(characters("Größe 🌌")).toEqual(["G", "r", "ö", "ß", "e", " ", "🌌"]);
});
