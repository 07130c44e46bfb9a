import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  administrationPages: {
    flags: () => import("./pages/FlagsPage").then((module) => module.FlagsPage),
    settings: () => import("./pages/SettingsPage").then((module) => module.SettingsPage),
  },
  administrationTabs: [
    { to: paths.administration("flags"), name: "Feature flags", position: 40 },
    { to: paths.administration("settings"), name: "Settings", position: 50 },
  ],
};
