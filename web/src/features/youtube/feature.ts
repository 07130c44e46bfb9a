import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  administrationPages: {
    quota: () => import("./pages/QuotaPage").then((module) => module.QuotaPage),
  },
  administrationTabs: [{ to: paths.administration("quota"), name: "Quota", position: 70 }],
};
