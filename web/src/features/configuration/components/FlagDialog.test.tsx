// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Flag } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { FlagDialog } from "./FlagDialog";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

test("a flag has a name as in the code, and is sent whole", async () => {
  const asked = answerApi({});
  const onClose = vi.fn();
  show(<FlagDialog flag={null} onClose={onClose} />);
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "New Player" } });
  press("Create flag");
  await screen.findByText("Enter lowercase letters, digits and _, starting with a letter.");
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "new_player" } });
  fireEvent.click(screen.getByRole("switch", { name: "Off: disabled for everyone" }));
  fireEvent.change(screen.getByLabelText("Share in percent"), { target: { value: "25" } });
  press("Create flag");
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  const body = { description: "", enabled: true, percentage: 25, segments: [], user_ids: [] };
  expect(asked).toEqual([{ request: "PUT /api/v1/flags/new_player", body }]);
});

test("one that is checked before the sign-in is on or off, and keeps the rest as it is", async () => {
  const asked = answerApi({});
  const flag = {
    name: "registration",
    description: "Who may register",
    enabled: true,
    percentage: 100,
    segments: [],
    people: [],
    is_boolean: true,
    etag: '"7"',
  } as unknown as Flag;
  show(<FlagDialog flag={flag} onClose={() => undefined} />);
  expect(screen.queryByLabelText("Share in percent")).toBeNull();
  fireEvent.click(screen.getByRole("switch", { name: "On" }));
  press("Save");
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]!.body).toMatchObject({ enabled: false, percentage: 100, description: "Who may register" });
});

test("what the API refuses as a whole stands in the dialog", async () => {
  answerApi({ "PUT /api/v1/flags/taken": { problem: 409, detail: "There is a flag named taken already." } });
  show(<FlagDialog flag={null} onClose={() => undefined} />);
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "taken" } });
  press("Create flag");
  expect((await screen.findByRole("alert")).textContent).toContain("There is a flag named taken already.");
});
