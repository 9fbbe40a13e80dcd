// Bundles the shell. Relative URLs only: the folder works from any sub-path of any web server.
import { defineConfig, type Plugin } from "vite";

/** The page's wasm and style are asked for while the HTML is still being read. */
function preloadPage(): Plugin {
  return {
    name: "preload-page",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const files = Object.keys(bundle ?? {});
        const page = files.find((file) => /page_bg.*\.wasm$/.test(file));
        if (page === undefined) return [];
        const attrs = { rel: "preload", as: "fetch", type: "application/wasm", crossorigin: "", href: `./${page}` };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [preloadPage()],
  worker: { format: "es" },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    // Read by xtask for the size budgets, and not shipped.
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
