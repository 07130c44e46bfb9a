import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `make web` builds; for work on the page itself, `npm run dev` beside `ytempire up` proxies the API.
export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", sourcemap: false },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8711", ws: true }, "/sign-in-link": "http://127.0.0.1:8711" } },
  test: { environment: "node" },
});
