import { createBrowserRouter, redirect } from "react-router";
import { paths } from "./paths";
import { RouteError } from "./RouteError";
import { Shell } from "./Shell";

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <RouteError />,
    children: [
      { index: true, loader: () => redirect(paths.runs()) },
      {
        path: "/runs",
        lazy: async () => ({ Component: (await import("../features/runs/pages/RunsPage")).RunsPage }),
      },
      {
        path: "/runs/:runId",
        lazy: async () => ({ Component: (await import("../features/runs/pages/RunPage")).RunPage }),
      },
      {
        path: "/videos",
        lazy: async () => ({ Component: (await import("../features/videos/pages/VideosPage")).VideosPage }),
      },
      { path: "*", loader: () => { throw new Response("", { status: 404 }); } },
    ],
  },
]);
