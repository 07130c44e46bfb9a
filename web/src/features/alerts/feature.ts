import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/alerts": () => import("./pages/AlertsPage").then((module) => module.AlertsPage),
  },
  menu: [{ to: paths.alerts(), name: "Alerts", position: 60 }],
};
