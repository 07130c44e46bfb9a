import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/overview": () => import("./pages/OverviewPage").then((module) => module.OverviewPage),
  },
  menu: [{ to: paths.overview(), name: "Overview", position: 10 }],
};
