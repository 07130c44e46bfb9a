import { expect, it } from "vitest";
import { stepsFrom } from "./channels";

it("offers what may follow, and says what it stops", () => {
  expect(stepsFrom("active").map((step) => step.label)).toEqual(["Pause", "Suspend", "Archive"]);
  expect(stepsFrom("paused")[0]).toMatchObject({ to: "active", harmless: true });
  expect(stepsFrom("archived").map((step) => step.label)).toEqual(["Restore"]);
  for (const step of stepsFrom("active").filter((one) => !one.harmless)) expect(step.body).toContain("runs are cancelled");
});
