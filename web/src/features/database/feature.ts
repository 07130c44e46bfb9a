import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  administrationPages: {
    database: () => import("./pages/DatabasePage").then((module) => module.DatabasePage),
  },
  administrationTabs: [{ to: paths.administration("database"), name: "Database", position: 60 }],
};
