import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/channels": () => import("./pages/ChannelsPage").then((module) => module.ChannelsPage),
    "/channels/:channelId": () => import("./pages/ChannelPage").then((module) => module.ChannelPage),
  },
  menu: [{ to: paths.channels(), name: "Channels", position: 50 }],
};
