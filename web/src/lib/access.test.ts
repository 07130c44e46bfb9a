import { expect, it } from "vitest";
import { type Access, can } from "./access";

it("offers with each access what the API grants", () => {
  const all: Access[] = ["read", "write", "admin", "owner"];
  expect(all.filter(can.write)).toEqual(["write", "admin", "owner"]);
  expect(all.filter(can.manage)).toEqual(["admin", "owner"]);
});
