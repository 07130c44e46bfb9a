import { expect, it } from "vitest";
import { type Access, mayManage, mayWrite } from "./access";

it("offers with each access what the API grants", () => {
  const all: Access[] = ["read", "write", "admin", "owner"];
  expect(all.filter(mayWrite)).toEqual(["write", "admin", "owner"]);
  expect(all.filter(mayManage)).toEqual(["admin", "owner"]);
});
