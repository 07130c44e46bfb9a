import { expect, it } from "vitest";
import { lowContrast, PLAIN } from "./personas";

it("says which colours are hard to read", () => {
  expect(lowContrast(PLAIN.brand)).toEqual([]);
  const [accent, ...more] = lowContrast({ text: "#FFFFFF", accent: "#333333", background: "#000000" });
  expect(accent).toContain("The contrast of accent and background is 1.7:1");
  expect(more).toEqual([]);
});
