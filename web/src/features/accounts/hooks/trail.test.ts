import { expect, it } from "vitest";
import { changedColumns } from "./trail";

it("sets a changed name before beside after", () => {
  expect(changedColumns({ action: "update", changed: ["full_name"], old: { full_name: "Ada" }, new: { full_name: "Ada L." } })).toEqual([
    { column: "full_name", before: { kind: "value", text: "Ada" }, after: { kind: "value", text: "Ada L." } },
  ]);
});

it("names a secret without a value on either side", () => {
  expect(changedColumns({ action: "update", changed: ["password_hash"], old: {}, new: {} })).toEqual([
    { column: "password_hash", before: { kind: "secret" }, after: { kind: "secret" } },
  ]);
});

it("has no before for a new row and no after for a removed one", () => {
  expect(changedColumns({ action: "insert", changed: ["key_hash", "name"], old: null, new: { name: "backup" } })).toEqual([
    { column: "key_hash", before: { kind: "absent" }, after: { kind: "secret" } },
    { column: "name", before: { kind: "absent" }, after: { kind: "value", text: "backup" } },
  ]);
  expect(changedColumns({ action: "delete", changed: ["level"], old: { level: "read" }, new: null })[0]!.after).toEqual({ kind: "absent" });
});

it("tells empty from erased, and writes lists as they are read", () => {
  const [column] = changedColumns({ action: "update", changed: ["email"], old: { email: null }, new: { email: { digest: "12ab" } } });
  expect(column).toEqual({ column: "email", before: { kind: "empty" }, after: { kind: "erased" } });
  const [scopes] = changedColumns({ action: "insert", changed: ["scopes"], old: null, new: { scopes: ["read", "write"] } });
  expect(scopes!.after).toEqual({ kind: "value", text: "read, write" });
});
