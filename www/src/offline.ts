// The service worker: registered once everything of the first visit has been asked for.

/** `?sw=off` in the address removes it, for a visitor who is stuck with an old copy. */
export async function startOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  if (new URLSearchParams(location.search).get("sw") === "off") {
    const found = await navigator.serviceWorker.getRegistrations();
    await Promise.all(found.map((registration) => registration.unregister()));
    return;
  }
  if (document.readyState !== "complete") {
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  }
  // Private windows and embedded pages may refuse: the page works without.
  const registered = await navigator.serviceWorker.register("./sw.js").catch(() => undefined);
  if (!registered) return;
  await navigator.serviceWorker.ready;
  // The page may not listen yet.
  document.documentElement.dataset["offline"] = "";
  dispatchEvent(new Event("offline-ready"));
}
