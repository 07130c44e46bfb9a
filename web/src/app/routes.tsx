import { redirect, type RouteObject } from "react-router";
import type { Feature, LoadPage } from "../lib/feature";
import { AdministrationPage } from "./AdministrationPage";
import { paths } from "./paths";
import { RouteError } from "./RouteError";
import { Shell } from "./Shell";

// nothing is drawn before the first page is here: it is a moment, and a flash of something else is longer
const HydrateFallback = () => null;

/** The addresses of the page, of what is always there and of the features. */
export function buildRoutes(features: Feature[]): RouteObject[] {
  return [
    {
      errorElement: <RouteError />,
      HydrateFallback,
      children: features.flatMap((feature) => pageRoutes(feature.publicPages)),
    },
    {
      element: <Shell />,
      errorElement: <RouteError />,
      HydrateFallback,
      children: [
        { index: true, loader: () => redirect(paths.runs()) },
        ...features.flatMap((feature) => pageRoutes(feature.pages)),
        {
          path: "/administration",
          Component: AdministrationPage,
          children: [
            { index: true, loader: () => redirect(paths.administration()) },
            ...features.flatMap((feature) => pageRoutes(feature.administrationPages)),
          ],
        },
        {
          path: "*",
          loader: () => {
            throw new Response("", { status: 404 });
          },
        },
      ],
    },
  ];
}

function pageRoutes(pages: Record<string, LoadPage> = {}): RouteObject[] {
  return Object.entries(pages).map(([path, load]) => ({ path, lazy: async () => ({ Component: await load() }) }));
}
