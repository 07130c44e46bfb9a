// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { CalendarChannel, CalendarEntry, Publication } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { EditOnYouTubeDialog } from "./EditOnYouTubeDialog";
import { RescheduleForm } from "./RescheduleForm";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const nothing = () => undefined;
const PUBLICATION = {
  status: "live",
  privacy: "public",
  youtube_privacy: "unlisted",
  licence: "youtube",
  synthetic_media: true,
  made_for_kids: false,
  is_scheduled: false,
} as Publication;
const ADDRESS = "/api/v1/videos/v1/publication";

test("only what was changed is sent to YouTube", async () => {
  const asked = answerApi({ [`GET ${ADDRESS}`]: PUBLICATION, [`PATCH ${ADDRESS}`]: PUBLICATION });
  const onClose = vi.fn();
  show(<EditOnYouTubeDialog id="v1" onClose={onClose} />);
  expect((await screen.findByRole("combobox", { name: "Visibility" })).textContent).toMatch(/^Unlisted/);
  expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "Altered or synthetic content" }).checked).toBe(true);
  fireEvent.click(screen.getByRole("checkbox", { name: "Made for kids" }));
  fireEvent.click(screen.getByRole("button", { name: "Update on YouTube" }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked).toEqual([{ request: `PATCH ${ADDRESS}`, body: { made_for_kids: true } }]);
});

test("a change of somebody else is said", async () => {
  answerApi({ [`GET ${ADDRESS}`]: PUBLICATION, [`PATCH ${ADDRESS}`]: { problem: 412, code: "precondition_failed" } });
  show(<EditOnYouTubeDialog id="v1" onClose={nothing} />);
  fireEvent.click(await screen.findByRole("button", { name: "Update on YouTube" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Someone else changed this");
});

const CHANNEL = { time_zone: "UTC" } as CalendarChannel;
const ENTRY = { video_id: "v1", at: "2100-01-01T09:00:00Z", can_move: false } as CalendarEntry;

test("a time that is past or missing cannot be the new one, and the button says why", async () => {
  const asked = answerApi({
    [`GET ${ADDRESS}`]: { ...PUBLICATION, status: "planned" },
    [`PUT ${ADDRESS}/publish_at`]: {},
  });
  const onDone = vi.fn();
  show(<RescheduleForm entry={ENTRY} channel={CHANNEL} free={[]} onDone={onDone} />);
  const time = screen.getByLabelText("Time");
  const button = () => screen.getByRole("button", { name: "Reschedule" });
  await waitFor(() => expect(button().hasAttribute("disabled")).toBe(false));

  fireEvent.change(time, { target: { value: "2020-01-01T09:00" } });
  await screen.findByText("This time is in the past.");
  expect(screen.getByRole("button", { name: "Reschedule", description: "This time is in the past." })).toBeTruthy();
  fireEvent.click(button());
  fireEvent.change(time, { target: { value: "" } });
  await screen.findByText("Enter a time.");
  fireEvent.click(button());
  fireEvent.change(time, { target: { value: "2100-01-02T10:30" } });
  await waitFor(() => expect(screen.queryByText("Enter a time.")).toBeNull());
  fireEvent.click(button());
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(asked).toEqual([{ request: `PUT ${ADDRESS}/publish_at`, body: { publish_at: "2100-01-02T10:30:00.000Z" } }]);
});
