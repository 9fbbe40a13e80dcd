// Starts the page and the worker's engine at once: the page paints without waiting for the engine.
import initPage, { start } from "../generated/page/page.js";
import pageWasm from "../generated/page/page_bg.wasm?url";
import { showCrash, watchForCrashes } from "./crash";
import { createHost } from "./host";
import { startOffline } from "./offline";
import { fetchWhole } from "./unsplit";

// What is new enough otherwise (base.css says where) has all of it that the engine is made of, or none.
if (typeof WebAssembly === "object") begin();
else document.getElementById("old")?.setAttribute("data-missing", "");

function begin(): void {
  watchForCrashes();
  mendAddress();
  const embedded = embed();
  const host = createHost();
  fetchWhole(pageWasm)
    .then((page) => initPage({ module_or_path: page }))
    .then(() => start(host))
    .catch(showCrash);
  if (!embedded) void startOffline();
}

/**
 * `#embed:` and `#embed-ro:` before a link's fragment: the page in another page's frame. It keeps
 * nothing in the browser (`data-embed` tells everyone) and says how high it would like to be.
 */
function embed(): boolean {
  const [mark, readOnly, fragment] = /^#embed(-ro)?:(.*)$/.exec(location.hash) ?? [];
  if (mark === undefined) return false;
  document.documentElement.dataset["embed"] = readOnly === undefined ? "on" : "ro";
  history.replaceState(null, "", `#${fragment ?? ""}`);
  const say = () => {
    // Beside each other the panes need less height than one above the other.
    const height = Math.max(document.body.scrollHeight, innerWidth < 800 ? 760 : 560);
    parent.postMessage({ fluentdPlaygroundHeight: height }, "*");
  };
  new ResizeObserver(say).observe(document.documentElement);
  return true;
}

/** A server that answers every path with this page may have been given `%23` in place of `#`. */
function mendAddress(): void {
  const at = location.pathname.lastIndexOf("%23");
  if (at < 0) return;
  const { pathname } = location;
  history.replaceState(null, "", `${pathname.slice(0, at)}#${pathname.slice(at + 3)}`);
}
