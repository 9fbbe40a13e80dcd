// The engine's side of the wall. Everything here is synchronous: an exception in an async handler
// would never reach the page.
import { handle, initSync } from "../generated/worker/worker.js";

/** First message: the compiled module. Every later one: a request with its sequence number. */
type Incoming = { module: WebAssembly.Module } | { seq?: number };

self.onmessage = (event: MessageEvent<Incoming>) => {
  const data = event.data;
  if ("module" in data) {
    initSync({ module: data.module });
    return;
  }
  try {
    self.postMessage(handle(data));
  } catch (error) {
    // A panic or a stack overflow: this request failed, and this instance is not to be trusted again.
    self.postMessage({ seq: data.seq, crashed: error instanceof Error ? error.message : String(error) });
  }
};

self.addEventListener("unhandledrejection", (event) => {
  self.postMessage({ crashed: String(event.reason) });
});
