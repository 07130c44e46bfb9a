import { expect, it } from "vitest";
import { hardToRead, PLAIN } from "./personas";

it("says which colours are hard to read", () => {
  expect(hardToRead(PLAIN.brand)).toEqual([]);
  const [accent, ...more] = hardToRead({ text: "#FFFFFF", accent: "#333333", background: "#000000" });
  expect(accent).toContain("The accent stands 1.7 to 1");
  expect(more).toEqual([]);
});
