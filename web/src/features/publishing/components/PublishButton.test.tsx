// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test } from "vitest";
import type { ListedChannel, Publication, Video } from "../../../api/client";
import { channelsQuery } from "../../channels/hooks/channels";
import { publicationQuery } from "../hooks/publication";
import { PublishButton } from "./PublishButton";

afterEach(cleanup);

const CHANNEL = { id: "c", name: "Dawn", status: "active", access: "owner", connection: "connected", time_zone: "UTC" } as ListedChannel;
const VIDEO = { id: "v", channel_id: "c", status: "ready", access: "owner" } as Video;

function show(video: Partial<Video>, channel: Partial<ListedChannel> = {}, publication: Pick<Publication, "status"> | null = null) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  queries.setQueryData(channelsQuery().queryKey, { items: [{ ...CHANNEL, ...channel }], next_cursor: null });
  queries.setQueryData(publicationQuery("v").queryKey, publication as Publication | null);
  render(
    <MemoryRouter>
      <QueryClientProvider client={queries}>
        <PublishButton video={{ ...VIDEO, ...video }} />
      </QueryClientProvider>
    </MemoryRouter>,
  );
}
const button = (description?: string) => screen.getByRole("button", { name: "Publish", ...(description && { description }) });

test("a finished video can be published", () => {
  show({});
  fireEvent.click(button());
  expect(screen.getByRole("dialog", { name: "Publish on “Dawn”" })).toBeTruthy();
  expect(screen.getByRole("radio", { name: "Now" })).toBeTruthy();
});

test("one that may only be seen says whom to ask", () => {
  show({ access: "read" });
  fireEvent.click(button("You have read access to this channel's videos. Ask its owner or an administrator for write access."));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("one that is on its way says so", () => {
  show({}, {}, { status: "uploading" });
  expect(button("Its publication is in progress.").getAttribute("aria-disabled")).toBe("true");
});

test("what its channel lacks is said with the way there", () => {
  show({}, { status: "paused" });
  fireEvent.click(button());
  expect(screen.getByText(/The channel “Dawn” is paused/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open channel" }).getAttribute("href")).toBe("/channels/c");
  expect(screen.queryByRole("radio")).toBeNull();
});

test.each(["published", "failed", "archived", "generating"])("a video that is %s has no button", (status) => {
  show({ status });
  expect(screen.queryByRole("button")).toBeNull();
});
