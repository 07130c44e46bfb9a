// @vitest-environment happy-dom
import type { RouteObject } from "react-router";
import { expect, test } from "vitest";
import type { Feature } from "../lib/feature";
import { features, navigation } from "./features";
import { buildRoutes } from "./routes";

/** Each address with the page that it opens; an address without a page leads elsewhere, or is refused. */
async function describe(route: RouteObject, above: string): Promise<string[]> {
  const path = route.path?.startsWith("/") ? route.path : [above, route.path].filter(Boolean).join("/");
  const page = await pageOf(route);
  const own = (route.path ?? route.index) ? [`${path || "/"}${route.index ? " (index)" : ""} → ${page ?? "no page"}`] : [];
  const below = await Promise.all((route.children ?? []).map((child) => describe(child, path)));
  return [...own, ...below.flat()];
}

async function pageOf({ lazy, Component: present }: RouteObject): Promise<string | undefined> {
  if (typeof lazy !== "function") return present?.name;
  const { Component } = await lazy();
  return Component?.name;
}

test("the routes of the page", async () => {
  expect((await describeAll(features)).join("\n")).toMatchSnapshot();
}, 60_000);

test("a feature adds its pages and entries with one file", async () => {
  function WavesPage() {
    return null;
  }
  const waves: Feature = {
    pages: { "/waves": () => Promise.resolve(WavesPage) },
    administrationPages: { waves: () => Promise.resolve(WavesPage) },
    menu: [{ to: "/waves", name: "Waves", position: 35 }],
    administrationTabs: [{ to: "/administration/waves", name: "Waves", position: 5 }],
  };
  const all = [...features, waves];
  const added = (await describeAll(all)).filter((route) => route.includes("waves"));
  expect(added).toEqual(["/administration/waves → WavesPage", "/waves → WavesPage"]);
  expect(navigation(all, "menu").map((entry) => entry.name)).toEqual([
    "Overview",
    "Runs",
    "Videos",
    "Waves",
    "Calendar",
    "Channels",
    "Alerts",
  ]);
  expect(navigation(all, "administrationTabs")[0]?.name).toBe("Waves");
}, 60_000);

async function describeAll(of: Feature[]): Promise<string[]> {
  const described = await Promise.all(buildRoutes(of).map((route) => describe(route, "")));
  return described.flat().sort();
}
