import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/runs": () => import("./pages/RunsPage").then((module) => module.RunsPage),
    "/runs/:runId": () => import("./pages/RunPage").then((module) => module.RunPage),
  },
  menu: [{ to: paths.runs(), name: "Runs", position: 20 }],
};
