import { expect, it } from "vitest";
import { bellLabel, countOf } from "./notifications";

it.each([
  [1, "1"],
  [99, "99"],
  [100, "99+"],
])("%i unread is shown as %s", (unread, shown) => expect(countOf(unread)).toBe(shown));

it("says on the bell what is not read", () => {
  expect(bellLabel(0)).toBe("Notifications");
  expect(bellLabel(3)).toBe("Notifications, 3 unread");
});
