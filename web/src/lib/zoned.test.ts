import { expect, it } from "vitest";
import { momentIn, shownIn } from "./zoned";

const at = (shown: string, zone: string) => new Date(momentIn(shown, zone)).toISOString().slice(0, 16);

it("goes from clocks to moments and back", () => {
  expect(at("2026-11-26T18:30", "Europe/Berlin")).toBe("2026-11-26T17:30");
  expect(at("2026-11-26T18:30", "Asia/Kathmandu")).toBe("2026-11-26T12:45");
  expect(at("2026-11-26T00:00", "UTC")).toBe("2026-11-26T00:00");
  expect(shownIn(Date.parse("2026-11-26T23:30Z"), "Europe/Berlin")).toBe("2026-11-27T00:30");
});

it("takes the first of two, and of what is skipped the first that comes after it", () => {
  expect(at("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30");
  expect(at("2026-11-01T01:30", "America/Los_Angeles")).toBe("2026-11-01T08:30");
  expect(at("2026-03-29T02:00", "Europe/Berlin")).toBe("2026-03-29T01:00");
  expect(at("2026-03-29T02:59", "Europe/Berlin")).toBe("2026-03-29T01:00");
  expect(at("2026-10-04T02:15", "Australia/Lord_Howe")).toBe("2026-10-03T15:30");
});
