// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test } from "vitest";
import { type Column, DataTable } from "./DataTable";
import { RUN_STATUS } from "./statuses";

afterEach(cleanup);

interface Song {
  id: string;
  title: string;
  plays: number;
  cost: string;
  status: keyof typeof RUN_STATUS;
  heard_at: string | null;
}
const songs: Song[] = [
  { id: "a", title: "Aria", plays: 1200, cost: "0.250000", status: "completed", heard_at: "2026-11-20T10:00:00Z" },
  { id: "b", title: "Ballad", plays: 7, cost: "1.000000", status: "failed", heard_at: null },
];
const columns: Column<Song>[] = [
  { kind: "mark", width: 16, cell: (song) => RUN_STATUS[song.status] },
  { header: "Song", kind: "name", cell: (song) => song.title, detail: (song) => `song ${song.id}` },
  { header: "Plays", kind: "number", cell: (song) => song.plays },
  { header: "Cost", kind: "money", cell: (song) => song.cost },
  { header: "Status", kind: "status", cell: (song) => RUN_STATUS[song.status] },
  { header: "Heard", kind: "time", none: "never", cell: (song) => song.heard_at },
  { kind: "actions", cell: (song) => <button>Play {song.title}</button> },
];
const keyOf = (song: Song) => song.id;

const headers = () => screen.getAllByRole("columnheader").map((header) => header.textContent);
const cellsOf = (row: HTMLElement) => within(row).getAllByRole("cell");
const rowOf = (name: RegExp) => screen.getByRole("row", { name });

test("a table has its name, its headers and a cell for each kind of column", () => {
  render(<DataTable label="Songs" columns={columns} rows={songs} rowKey={keyOf} />);
  expect(screen.getByRole("table", { name: "Songs" })).toBeTruthy();
  expect(headers()).toEqual(["", "Song", "Plays", "Cost", "Status", "Heard", ""]);
  expect(cellsOf(rowOf(/Ballad/)).map((cell) => cell.textContent)).toEqual([
    "✕",
    "Balladsong b",
    "7",
    "1.00\u00a0USD",
    "✕failed",
    "never",
    "Play Ballad",
  ]);
  expect(within(rowOf(/Aria/)).getByRole("img", { name: "completed" })).toBeTruthy();
  expect(rowOf(/Aria/).querySelector("time")?.getAttribute("datetime")).toBe("2026-11-20T10:00:00Z");
});

test("numbers and actions stand at the right, below their headers, in figures of one width", () => {
  render(<DataTable label="Songs" columns={columns} rows={songs} rowKey={keyOf} />);
  const right = (cells: HTMLElement[]) => cells.map((cell) => getComputedStyle(cell).textAlign === "right");
  const expected = [false, false, true, true, false, false, true];
  expect(right(screen.getAllByRole("columnheader"))).toEqual(expected);
  expect(right(cellsOf(rowOf(/Aria/)))).toEqual(expected);
  expect(getComputedStyle(cellsOf(rowOf(/Aria/))[2]!).fontVariantNumeric).toBe("tabular-nums");
});

test("without rows there is what stands for them, or nothing", () => {
  const { container } = render(<DataTable label="Songs" columns={columns} rows={[]} rowKey={keyOf} />);
  expect(container.innerHTML).toBe("");
  render(<DataTable label="Songs" columns={columns} rows={[]} rowKey={keyOf} empty="No songs yet" />);
  expect(screen.getByText("No songs yet")).toBeTruthy();
  expect(screen.queryByRole("table")).toBeNull();
});

test("a hidden column has neither header nor cells", () => {
  const some = columns.map((column) => ({ ...column, isHidden: column.header === "Cost" }));
  render(<DataTable label="Songs" columns={some} rows={songs} rowKey={keyOf} />);
  expect(headers()).not.toContain("Cost");
  expect(cellsOf(rowOf(/Aria/))).toHaveLength(6);
});

test("a cell may span those after it", () => {
  const spanning: Column<Song>[] = [
    { header: "Song", cell: (song) => song.title },
    { header: "Plays", cell: (song) => song.plays, colSpan: (song) => (song.status === "failed" ? 2 : 1) },
    { header: "Status", cell: (song) => song.status },
  ];
  render(<DataTable stacked label="Songs" columns={spanning} rows={songs} rowKey={keyOf} />);
  expect(cellsOf(rowOf(/Aria/)).map((cell) => cell.textContent)).toEqual(["Aria", "1200", "completed"]);
  const [title, plays, ...others] = cellsOf(rowOf(/Ballad/));
  expect([title!.textContent, plays!.textContent, plays!.getAttribute("colspan"), others]).toEqual(["Ballad", "7", "2", []]);
  expect(plays!.dataset.label).toBeUndefined();
});

test("a row that leads somewhere has one link, with its title as name", () => {
  const linked = columns.map((column) => (column.kind === "name" ? { ...column, linkTo: (song: Song) => `/songs/${song.id}` } : column));
  render(
    <MemoryRouter>
      <DataTable label="Songs" columns={linked} rows={songs} rowKey={keyOf} />
    </MemoryRouter>,
  );
  expect(screen.getByRole("link", { name: "Aria" }).getAttribute("href")).toBe("/songs/a");
  expect(screen.getAllByRole("link")).toHaveLength(2);
});

test("an expandable row is opened by its title, and by a click anywhere in it", () => {
  render(<DataTable label="Songs" columns={columns} rows={songs} rowKey={keyOf} expandedRow={(song) => `Lyrics of ${song.title}`} />);
  const title = screen.getByRole("button", { name: "Aria" });
  expect(title.getAttribute("aria-expanded")).toBe("false");
  fireEvent.click(title);
  expect(title.getAttribute("aria-expanded")).toBe("true");
  const lyrics = screen.getByText("Lyrics of Aria");
  expect(lyrics.closest("tr")?.id).toBe(title.getAttribute("aria-controls"));
  expect(lyrics.getAttribute("colspan")).toBe("7");
  fireEvent.click(screen.getByText("1200"));
  expect(screen.queryByText("Lyrics of Aria")).toBeNull();
  expect(screen.queryByText("Lyrics of Ballad")).toBeNull();
});

test("where rows are stacked each cell knows its header, and the roles of a table stay", () => {
  render(<DataTable stacked label="Songs" columns={columns} rows={songs} rowKey={keyOf} />);
  const cells = cellsOf(rowOf(/Aria/));
  expect(cells.map((cell) => cell.dataset.label)).toEqual([undefined, undefined, "Plays", "Cost", "Status", "Heard", undefined]);
  expect(cells.map((cell) => cell.dataset.wide)).toEqual(["true", "true", undefined, undefined, undefined, undefined, "true"]);
  expect(cells[1]!.dataset.title).toBe("true");
  expect(screen.getByRole("table").getAttribute("role")).toBe("table");
  expect(cells[0]!.getAttribute("role")).toBe("cell");
});
