import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/calendar": () => import("./pages/CalendarPage").then((module) => module.CalendarPage),
  },
  menu: [{ to: paths.calendar(), name: "Calendar", position: 40 }],
};
