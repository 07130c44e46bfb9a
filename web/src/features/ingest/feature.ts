import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  pages: {
    "/ingest": () => import("./pages/IngestPage").then((module) => module.IngestPage),
  },
};
