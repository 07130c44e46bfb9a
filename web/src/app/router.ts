import { createBrowserRouter } from "react-router";
import { features } from "./features";
import { buildRoutes } from "./routes";

export const router = createBrowserRouter(buildRoutes(features));
