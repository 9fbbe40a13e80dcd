// What the page's Rust may ask of the browser, as one object of plain functions.
import { showCrash } from "./crash";
import { ConfEditor, editorsShown, LogEditor, resultShown } from "./editors";
import type { On } from "./editor/types";
import type { Glance } from "./glance";

/** One running engine: `post` sends a request; `terminate` also stops an endless loop. */
export interface EngineWorker {
  post(request: unknown): void;
  terminate(): void;
}

export interface Host {
  /**
   * Starts an engine; the compiled module is kept, so a second start takes some 30 ms. Requests
   * sent before it runs wait in the worker, in order.
   * `onReply` gets what the worker posts: a reply's bytes, or a text with its last words.
   * `onCrash` means this worker will not answer any more.
   */
  spawnWorker(onReply: (reply: unknown) => void, onCrash: (reason: string) => void): EngineWorker;
  /**
   * What stands in sight, at once, by the beginnings of the texts: a reply's bytes. Nothing where that
   * would take too long, and before the engine is there a second time.
   */
  glance(...given: Parameters<Glance>): ReturnType<Glance>;
  /** Puts the log editor into `parent`. */
  mountLogs(parent: HTMLElement, on: On): LogEditor;
  /** Puts the configuration's editor into `parent`. */
  mountConf(parent: HTMLElement, on: On): ConfEditor;
  /** A dropped file as text. */
  readFile(file: File): Promise<string>;
  /**
   * Begins to copy a text that is still to come, and gives the function that takes it: Safari lets a
   * page copy only while it handles a press, and the engine answers later. `done` hears whether it worked.
   */
  copy(done: (worked: boolean) => void): (text: string) => void;
  /** The page's own wasm has panicked: shows the plain notice. */
  showCrash(reason: string): void;
}

/** What was sent, or will be, since the engine last said something. */
let owed = 0;
/** Who waits for that. */
let heard: (() => void) | undefined;

/**
 * Counts something that is about to be sent. When much of it is on its way, waits until the engine says
 * something, but not for ever: an engine that hangs is replaced.
 */
export async function engineFree(): Promise<void> {
  if (owed >= MOST_OWED) {
    await new Promise<void>((resolve) => {
      heard = resolve;
      setTimeout(resolve, 1000);
    });
  }
  owed += 1;
}

/** So much crosses at once without the page stopping. */
const MOST_OWED = 4;

/** Lets the page draw and hear what people press. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(0);
  });
}

export function createHost(): Host {
  /** The first worker makes the module while the page's own wasm is still on its way. */
  let first: Worker | undefined = startWorker();
  let module: WebAssembly.Module | undefined;
  let glance: Glance | undefined;
  const keep = (made: WebAssembly.Module): void => {
    module = made;
    // Nobody waits for it, and the worker's answers come without it too.
    const load = editorsShown.then(() => import("./glance")).then(({ createGlance }) => createGlance(made));
    load.then(
      (loaded) => {
        glance = loaded;
        dispatchEvent(new Event("glance-ready"));
      },
      () => undefined,
    );
  };
  // One that fails before it is asked for is not used.
  listen(first, () => (first = undefined), () => (first = undefined), keep);
  return {
    spawnWorker: (onReply, onCrash) => {
      const worker = first ?? startWorker(module);
      first = undefined;
      const hear = (reply: unknown): void => {
        onReply(reply);
        resultShown();
      };
      return listen(worker, hear, onCrash, keep);
    },
    glance: (...given) => {
      try {
        return glance?.(...given);
      } catch {
        // This instance is not to be trusted again; the worker says what is wrong with the input.
        glance = undefined;
        return undefined;
      }
    },
    mountLogs: (parent, on) => new LogEditor(parent, on),
    mountConf: (parent, on) => new ConfEditor(parent, on),
    // Not needed for the first picture.
    readFile: (file) => import("./files").then(({ readFile }) => readFile(file)),
    copy: (done) => {
      let take!: (text: string) => void;
      const text = new Promise<string>((resolve) => (take = resolve));
      copy(text).then(() => done(true), () => done(false));
      return take;
    },
    showCrash,
  };
}

async function copy(text: Promise<string>): Promise<void> {
  const blob = text.then((text) => new Blob([text], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

function startWorker(module?: WebAssembly.Module): Worker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "engine" });
  worker.postMessage({ module });
  return worker;
}

function listen(
  worker: Worker,
  onReply: (reply: unknown) => void,
  onCrash: (reason: string) => void,
  keep: (module: WebAssembly.Module) => void,
): EngineWorker {
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    owed = 0;
    heard?.();
    if (data instanceof WebAssembly.Module) keep(data);
    else onReply(data);
  };
  worker.onerror = (event) => onCrash(event.message);
  worker.onmessageerror = () => onCrash("a message could not be read");
  return {
    post: (request) => worker.postMessage(request),
    terminate: () => worker.terminate(),
  };
}
