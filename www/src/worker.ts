// The engine's side of the wall. Everything here is synchronous: an exception in an async handler
// would never reach the page.
import { busy, handle, initSync, step } from "../generated/worker/worker.js";

/** First message: the compiled module. Every later one: a request and the changes of texts. */
type Incoming = { module: WebAssembly.Module } | [Uint8Array, object[]];

/** Between two slices of work the event loop gets a turn, so that a newer request interrupts. */
const turns = new MessageChannel();
let waiting = false;

function work(replies: () => Uint8Array[]): void {
  try {
    for (const reply of replies()) self.postMessage(reply, [reply.buffer as ArrayBuffer]);
    if (busy() && !waiting) {
      waiting = true;
      turns.port2.postMessage(null);
    }
  } catch (error) {
    // A panic or a stack overflow: this instance is not to be trusted again. Its last word is a text.
    const message = error instanceof Error ? error.message : String(error);
    self.postMessage(message);
  }
}

turns.port1.onmessage = () => {
  waiting = false;
  work(step);
};

self.onmessage = (event: MessageEvent<Incoming>) => {
  const data = event.data;
  if ("module" in data) {
    initSync({ module: data.module });
    return;
  }
  work(() => handle(data[0], data[1]));
};

self.addEventListener("unhandledrejection", (event) => {
  self.postMessage(String(event.reason));
});
