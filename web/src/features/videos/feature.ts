import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/videos": () => import("./pages/VideosPage").then((module) => module.VideosPage),
    "/videos/:videoId": () => import("./pages/VideoPage").then((module) => module.VideoPage),
  },
  menu: [{ to: paths.videos(), name: "Videos", position: 30 }],
};
