// What the page's Rust may ask of the browser, as one object of plain functions.
import engineWasm from "../generated/worker/worker_bg.wasm?url";
import { showCrash } from "./crash";
import { ConfEditor, LogEditor } from "./editors";
import type { On } from "./editor/types";

/** One running engine: `post` sends a request; `terminate` also stops an endless loop. */
export interface EngineWorker {
  post(request: unknown): void;
  terminate(): void;
}

export interface Host {
  /**
   * Starts an engine; the compiled module is kept, so a second start takes some 30 ms.
   * `onReply` gets what the worker posts: a reply's bytes, or a text with its last words.
   * `onCrash` means this worker will not answer any more.
   */
  spawnWorker(onReply: (reply: unknown) => void, onCrash: (reason: string) => void): EngineWorker;
  /** Puts the log editor into `parent`. */
  mountLogs(parent: HTMLElement, on: On): LogEditor;
  /** Puts the configuration's editor into `parent`. */
  mountConf(parent: HTMLElement, on: On): ConfEditor;
  /** A dropped file as text. */
  readFile(file: File): Promise<string>;
  /** The page's own wasm has panicked: shows the plain notice. */
  showCrash(reason: string): void;
}

export function createHost(): Host {
  const module = WebAssembly.compileStreaming(fetch(engineWasm));
  return {
    spawnWorker: (onReply, onCrash) => spawn(module, onReply, onCrash),
    mountLogs: (parent, on) => new LogEditor(parent, on),
    mountConf: (parent, on) => new ConfEditor(parent, on),
    // Not needed for the first picture.
    readFile: (file) => import("./files").then(({ readFile }) => readFile(file)),
    showCrash,
  };
}

function spawn(
  module: Promise<WebAssembly.Module>,
  onReply: (reply: unknown) => void,
  onCrash: (reason: string) => void,
): EngineWorker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "engine" });
  worker.onmessage = (event: MessageEvent<unknown>) => onReply(event.data);
  worker.onerror = (event) => onCrash(event.message);
  worker.onmessageerror = () => onCrash("a message could not be read");
  // Requests sent before the module is compiled wait here, in order.
  const ready = module.then((compiled) => worker.postMessage({ module: compiled }));
  ready.catch((reason: unknown) => onCrash(String(reason)));
  return {
    post: (request) => void ready.then(() => worker.postMessage(request), () => undefined),
    terminate: () => worker.terminate(),
  };
}
