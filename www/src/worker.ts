// The engine's side of the wall. Everything here is synchronous: an exception in an async handler
// would never reach the page.
import { busy, handle, initSync, step, task, verified } from "../generated/worker/worker.js";
import engineWasm from "../generated/worker/worker_bg.wasm?url";
import { fetchWhole } from "./unsplit";

/**
 * First message: the compiled module, or none, and it is fetched here and sent back to be kept.
 * Every later one: a request and the changes of texts.
 */
type Incoming = { module: WebAssembly.Module | undefined } | [Uint8Array, object[]];

/** Requests that came before the module; none any more once it runs. */
let early: [Uint8Array, object[]][] | undefined = [];

/** Between two slices of work the event loop gets a turn, so that a newer request interrupts. */
const turns = new MessageChannel();
let waiting = false;

/** Rust's `regex` crate at work: a worker of its own, since a pattern may take it long. */
let verifier: Worker | undefined;
/** So long it may take. */
const VERIFY_MS = 20_000;

function verify(given: Uint8Array): void {
  verifier?.terminate();
  const worker = new Worker(new URL("./verify.ts", import.meta.url), { type: "module", name: "verify" });
  verifier = worker;
  const done = (found: unknown): void => {
    clearTimeout(late);
    worker.terminate();
    // One that a newer task has ended has no say.
    if (worker !== verifier) return;
    const numbers = found instanceof Uint32Array ? found : new Uint32Array();
    work(() => verified(numbers, found === numbers ? "" : String(found)));
  };
  const late = setTimeout(done, VERIFY_MS, `${VERIFY_MS / 1000} s`);
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = ({ message }) => done(message ?? "verify.js");
  worker.postMessage(given);
}

function work(replies: () => Uint8Array[]): void {
  try {
    for (const reply of replies()) self.postMessage(reply, [reply.buffer as ArrayBuffer]);
    const given = task();
    if (given) verify(given);
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
  const { data } = event;
  if (!("module" in data)) {
    if (early) early.push(data);
    else work(() => handle(...data));
  } else if (data.module) {
    start(data.module);
  } else {
    // What goes wrong here reaches the page as an unhandled rejection.
    void fetchWhole(engineWasm).then(WebAssembly.compile).then((module) => {
      self.postMessage(module);
      start(module);
    });
  }
};

function start(module: WebAssembly.Module): void {
  initSync({ module });
  const requests = early ?? [];
  early = undefined;
  for (const request of requests) work(() => handle(...request));
}

self.addEventListener("unhandledrejection", (event) => {
  self.postMessage(String(event.reason));
});
