import { expect, it } from "vitest";
import { changedColumns, subject } from "./trail";

it("sets a changed name before beside after", () => {
  expect(changedColumns({ changed: ["full_name"], old: { full_name: "Ada" }, new: { full_name: "Ada L." } })).toEqual([
    { column: "full_name", before: { kind: "value", text: "Ada" }, after: { kind: "value", text: "Ada L." } },
  ]);
});

it("names a secret without a value on either side", () => {
  expect(changedColumns({ changed: ["password_hash"], old: {}, new: {} })).toEqual([
    { column: "password_hash", before: { kind: "secret" }, after: { kind: "secret" } },
  ]);
});

it("has no before for a new row and no after for a removed one", () => {
  expect(changedColumns({ changed: ["key_hash", "name"], old: null, new: { name: "backup" } })).toEqual([
    { column: "key_hash", before: { kind: "absent" }, after: { kind: "secret" } },
    { column: "name", before: { kind: "absent" }, after: { kind: "value", text: "backup" } },
  ]);
  expect(changedColumns({ changed: ["level"], old: { level: "read" }, new: null })[0]!.after).toEqual({ kind: "absent" });
});

it("tells empty from erased, and writes lists as they are read", () => {
  const [column] = changedColumns({ changed: ["email"], old: { email: null }, new: { email: { digest: "12ab" } } });
  expect(column).toEqual({ column: "email", before: { kind: "empty" }, after: { kind: "erased" } });
  const [scopes] = changedColumns({ changed: ["scopes"], old: null, new: { scopes: ["read", "write"] } });
  expect(scopes!.after).toEqual({ kind: "value", text: "read, write" });
});

it("leaves out what a new row leaves empty", () => {
  expect(
    changedColumns({ changed: ["name", "revoked_at"], old: null, new: { name: "backup", revoked_at: null } }).map((one) => one.column),
  ).toEqual(["name"]);
});

it("names the person of a user's row and of a permission", () => {
  const people = new Map([["u1", "Ada"]]);
  expect(subject({ table_name: "core.users", row_key: "u1" }, people)).toBe("Ada");
  expect(subject({ table_name: "core.permissions", row_key: "u1:c1" }, people)).toBe("Ada");
  expect(subject({ table_name: "core.channels", row_key: "u1" }, people)).toBeUndefined();
});
