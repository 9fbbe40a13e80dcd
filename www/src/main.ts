// Starts the page and the worker's engine at once: the page paints without waiting for the engine.
import initPage, { start } from "../generated/page/page.js";
import pageWasm from "../generated/page/page_bg.wasm?url";
import { showCrash, watchForCrashes } from "./crash";
import { createHost } from "./host";
import { startOffline } from "./offline";

watchForCrashes();
mendAddress();
const host = createHost();
initPage({ module_or_path: fetch(pageWasm) })
  .then(() => start(host))
  .catch(showCrash);
void startOffline();

/** A server that answers every path with this page may have been given `%23` in place of `#`. */
function mendAddress(): void {
  const at = location.pathname.lastIndexOf("%23");
  if (at < 0) return;
  const { pathname } = location;
  history.replaceState(null, "", `${pathname.slice(0, at)}#${pathname.slice(at + 3)}`);
}
