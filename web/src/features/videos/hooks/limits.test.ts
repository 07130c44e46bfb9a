import { expect, it } from "vitest";
import { faults, fits, sizeOf } from "./limits";

it("counts as the server does", () => {
  expect(sizeOf.title("Größe 🌌 ")).toBe(7);
  expect(sizeOf.description("Größe 🌌")).toBe(12);
  expect(sizeOf.tags([])).toBe(0);
  expect(sizeOf.tags(["sky"])).toBe(3);
  expect(sizeOf.tags(["night sky", "stars"])).toBe(9 + 2 + 1 + 5);
});

it("says what may not be saved", () => {
  const words = { title: "A title", description: "", tags: [] as string[] };
  expect(fits(words)).toBe(true);
  expect(fits({ ...words, title: " " })).toBe(false);
  expect(faults({ ...words, title: "a < b" }).title).toContain("angle brackets");
  expect(fits({ ...words, title: "x".repeat(101) })).toBe(false);
  expect(fits({ ...words, description: "é".repeat(2501) })).toBe(false);
  expect(fits({ ...words, tags: ["x".repeat(101)] })).toBe(false);
  expect(fits({ ...words, tags: Array.from({ length: 60 }, (_, at) => `tag ${at} ab`) })).toBe(false);
});
