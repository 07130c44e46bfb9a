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
  const metadata = { title: "A title", description: "", tags: [] as string[] };
  expect(fits(metadata)).toBe(true);
  expect(fits({ ...metadata, title: " " })).toBe(false);
  expect(faults({ ...metadata, title: "a < b" }).title).toContain("< and >");
  expect(fits({ ...metadata, title: "x".repeat(101) })).toBe(false);
  expect(fits({ ...metadata, description: "é".repeat(2501) })).toBe(false);
  expect(fits({ ...metadata, tags: ["x".repeat(101)] })).toBe(false);
  expect(fits({ ...metadata, tags: Array.from({ length: 60 }, (_, at) => `tag ${at} ab`) })).toBe(false);
});
