import { expect, it } from "vitest";
import { bellWords, countOf } from "./notifications";

it.each([[1, "1"], [99, "99"], [100, "99+"]])("%i unread is shown as %s", (unread, shown) => expect(countOf(unread)).toBe(shown));

it("says on the bell what is not read", () => {
  expect(bellWords(0)).toBe("Notifications");
  expect(bellWords(3)).toBe("Notifications, 3 not read");
});
