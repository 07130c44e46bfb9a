import { expect, it } from "vitest";
import { clockTime, day, exactMoment, hourMinute, moment, monthName, shortDay, weekdayDay, weekdayMoment, weekdayTime } from "./dates";

const AT = "2026-11-20T17:05:09Z";

it("has one form for dates and times", () => {
  expect(moment(AT, "Europe/Berlin")).toBe("20 Nov 2026, 18:05");
  expect(exactMoment(AT, "Europe/Berlin")).toBe("20 Nov 2026, 18:05:09");
  expect(clockTime(AT, "UTC")).toBe("17:05:09");
  expect(hourMinute(AT, "America/New_York")).toBe("12:05");
  expect(moment("2026-11-20T23:00:00Z", "Europe/Berlin")).toBe("21 Nov 2026, 00:00");
  expect(day("2026-11-20")).toBe("20 Nov 2026");
  expect(shortDay("2026-11-20")).toBe("20 Nov");
  expect(weekdayTime(AT, "UTC")).toBe("Fri 17:05");
  expect(weekdayMoment(AT, "UTC")).toBe("Fri 20 Nov, 17:05");
  expect(weekdayDay("2026-11-20")).toBe("Fri 20 Nov");
  expect(monthName("2026-11-20")).toBe("November 2026");
});
