// The notice of last resort: plain HTML, shown when the page's own code cannot show anything.

/** Shows the notice and leaves the text where it is. */
export function showCrash(reason: unknown): void {
  document.documentElement.dataset["crashed"] = "yes";
  const notice = document.getElementById("crash");
  const text = document.getElementById("crash-reason");
  if (notice === null || text === null) return;
  text.textContent = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  notice.hidden = false;
  document.getElementById("crash-reload")?.addEventListener("click", () => location.reload());
}

/**
 * A trap or a stack overflow of the page's wasm file: after one, Yew renders nothing any more
 * and looks alive, so the page must say so itself.
 */
export function watchForCrashes(): void {
  addEventListener("error", (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) showCrash(event.error);
  });
  addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof WebAssembly.RuntimeError) showCrash(event.reason);
  });
}
