// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ComponentProps } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { ListedChannel } from "../../../api/client";
import { channelsQuery } from "../hooks/channels";
import { ChannelSelect } from "./ChannelSelect";

afterEach(cleanup);

const channel = (id: string, name: string, owner: string) => ({ id, name, owner, owner_id: owner }) as ListedChannel;

function show(props: Partial<ComponentProps<typeof ChannelSelect>>, channels: ListedChannel[]) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  queries.setQueryData(channelsQuery().queryKey, { items: channels, next_cursor: null });
  const onChange = vi.fn();
  render(
    <QueryClientProvider client={queries}>
      <ChannelSelect value="" onChange={onChange} {...props} />
    </QueryClientProvider>,
  );
  return onChange;
}

function offered() {
  fireEvent.mouseDown(screen.getByRole("combobox", { name: "Channel" }));
  return screen.getAllByRole("option");
}

const two = [channel("1", "Clear Signal", "Ada"), channel("2", "Field Notes", "Olga")];

test("all channels or one of them can be chosen", () => {
  const onChange = show({ all: "All" }, two);
  expect(screen.getByRole("combobox").textContent).toBe("All");
  const options = offered();
  expect(options.map((option) => option.textContent)).toEqual(["All", "Clear Signal", "Field Notes"]);
  fireEvent.click(options[2]!);
  expect(onChange).toHaveBeenCalledWith("2");
});

test("a channel that is no longer listed stands for all", () => {
  show({ all: "All", value: "gone" }, two);
  expect(screen.getByRole("combobox").textContent).toBe("All");
});

test("owners are named where they are several", () => {
  show({ withOwners: true, value: "1" }, two);
  expect(offered().map((option) => option.textContent)).toEqual(["Clear Signal (Ada)", "Field Notes (Olga)"]);
  cleanup();
  show({ withOwners: true, value: "1" }, two.slice(0, 1));
  expect(offered().map((option) => option.textContent)).toEqual(["Clear Signal"]);
});
