// Starts the page and the worker's engine at once: the page paints without waiting for the engine.
import initPage, { start } from "../generated/page/page.js";
import pageWasm from "../generated/page/page_bg.wasm?url";
import { showCrash, watchForCrashes } from "./crash";
import { createHost } from "./host";

watchForCrashes();
const host = createHost();
initPage({ module_or_path: fetch(pageWasm) })
  .then(() => start(host))
  .catch(showCrash);
