import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server answers with `index.html` for every page and writes its own address into <base>, so
// everything that the build names is relative to that: the UI works below any path prefix.
export default defineConfig({
  plugins: [react()],
  base: "./",
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  worker: { format: "es" },
  build: {
    outDir: "../server/src/atoll_server/api/static",
    emptyOutDir: true,
    assetsDir: "static",
    sourcemap: false,
    // One style sheet: a page whose own could not be fetched would look broken, or not come at all.
    cssCodeSplit: false,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  // `npm run dev` beside a running `atoll dev`.
  server: {
    proxy: { "/api": "http://127.0.0.1:3000", "/readyz": "http://127.0.0.1:3000" },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
