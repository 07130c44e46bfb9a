// @vitest-environment happy-dom
import type { RouteObject } from "react-router";
import { expect, test } from "vitest";
import { routes } from "./routes";

/** Each address with the page that it opens; an address without a page leads elsewhere, or is refused. */
async function describe(route: RouteObject, above: string): Promise<string[]> {
  const path = route.path?.startsWith("/") ? route.path : [above, route.path].filter(Boolean).join("/");
  const page = await pageOf(route);
  const own = (route.path ?? route.index) ? [`${path || "/"}${route.index ? " (index)" : ""} → ${page ?? "no page"}`] : [];
  const below = await Promise.all((route.children ?? []).map((child) => describe(child, path)));
  return [...own, ...below.flat()];
}

async function pageOf({ lazy }: RouteObject): Promise<string | undefined> {
  if (typeof lazy !== "function") return undefined;
  const { Component } = await lazy();
  return Component?.name;
}

test("the routes of the page", async () => {
  const described = await Promise.all(routes.map((route) => describe(route, "")));
  expect(described.flat().join("\n")).toMatchSnapshot();
}, 60_000);
