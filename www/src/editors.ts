// What the page's Rust knows of the editors: facades that are there at once and show plain text
// until CodeMirror has loaded.
import type { ConfApi, HostProblem, HostRow, LogApi, On } from "./editor/types";

/** How long the editors wait for the first result. */
const PATIENCE_MS = 1500;
let begin: (() => void) | undefined;
/** On a slow machine both editors take as long as all the rest: the first result goes before them. */
const begun = new Promise<void>((resolve) => {
  begin = resolve;
  setTimeout(resolve, PATIENCE_MS);
});

/** The page has shown a result. */
export function resultShown(): void {
  if (begin) setTimeout(begin);
  begin = undefined;
}

/** The editors are there, and the page has nothing else to do. */
export const editorsShown = begun
  .then(() => Promise.all([import("./editor/logs"), import("./editor/conf")]))
  .then(() => new Promise<unknown>((resolve) => setTimeout(resolve)));

function plain(parent: HTMLElement): HTMLPreElement {
  const pre = document.createElement("pre");
  pre.className = "plain mono";
  pre.tabIndex = 0;
  parent.append(pre);
  return pre;
}

/** The log files' editor. */
export class LogEditor {
  #texts = new Map<number, string>();
  #shown = 0;
  #rows: { file: number; rows: HostRow[]; names: string[] } | undefined;
  #words: [string, string] = ["", ""];
  #api: LogApi | undefined;
  #wantsFocus = false;
  #plain: HTMLPreElement;
  /** Until the editor is there, and then one long file after the other. */
  #reading: Promise<void>;

  constructor(
    parent: HTMLElement,
    private readonly on: On,
  ) {
    this.#plain = plain(parent);
    this.#reading = begun.then(() => import("./editor/logs")).then(({ createLogs }) => {
      this.#plain.remove();
      const api = createLogs(parent, on);
      api.words(...this.#words);
      for (const [file, text] of this.#texts) api.open(file, text);
      api.show(this.#shown);
      if (this.#rows) api.rows(this.#rows.file, this.#rows.rows, this.#rows.names);
      if (this.#wantsFocus) api.focus();
      this.#texts.clear();
      this.#api = api;
    });
  }
  open(file: number, text: string): void {
    if (this.#api) this.#api.open(file, text);
    else this.#texts.set(file, text);
    if (file === this.#shown) this.show(file);
  }
  /** A long file, piece by piece. */
  stream(file: number, from: File): void {
    const tell = (kind: string) => this.on(kind, { name: from.name });
    this.#reading = this.#reading
      .then(() => import("./files"))
      .then(({ streamFile }) => streamFile(from, (text) => this.#api?.append(file, text) ?? false))
      .then((whole) => whole || tell("cut"))
      .catch(() => tell("unreadable"))
      .then(() => undefined);
  }
  show(file: number): void {
    this.#shown = file;
    if (this.#api) this.#api.show(file);
    else this.#plain.textContent = (this.#texts.get(file) ?? "").slice(0, 20_000);
  }
  close(file: number): void {
    this.#texts.delete(file);
    this.#api?.close(file);
  }
  text(file: number): string {
    return this.#api ? this.#api.text(file) : (this.#texts.get(file) ?? "");
  }
  /** The first lines of a file, as a change for the engine; nothing before the editor is there. */
  beginning(file: number, path: string, lines: number): object | undefined {
    return this.#api?.beginning(file, path, lines);
  }
  /** Some lines of a file; nothing before the editor is there. */
  part(file: number, from: number, to: number): string | undefined {
    return this.#api?.part(file, from, to);
  }
  /** UTF-16 units of all files. */
  size(): number {
    if (this.#api) return this.#api.size();
    let size = 0;
    for (const text of this.#texts.values()) size += text.length;
    return size;
  }
  rows(file: number, rows: HostRow[] | undefined, names: string[]): void {
    if (this.#api) this.#api.rows(file, rows, names);
    else this.#rows = { file, rows: rows ?? this.#rows?.rows ?? [], names };
  }
  reveal(line: number, from: number, to: number): void {
    this.#api?.reveal(line, from, to);
  }
  focus(): void {
    if (this.#api) this.#api.focus();
    else this.#wantsFocus = true;
  }
  words(label: string, placeholder: string): void {
    this.#words = [label, placeholder];
    this.#plain.setAttribute("aria-label", label);
    this.#api?.words(label, placeholder);
  }
  destroy(): void {
    this.#api?.destroy();
  }
}

/** The configuration's editor. */
export class ConfEditor {
  #text = "";
  #problems: HostProblem[] = [];
  #marks = new Uint32Array();
  #words: [string, string] = ["", ""];
  #api: ConfApi | undefined;
  #plain: HTMLPreElement;

  constructor(parent: HTMLElement, on: On) {
    this.#plain = plain(parent);
    void begun.then(() => import("./editor/conf")).then(({ createConf }) => {
      this.#plain.remove();
      const api = createConf(parent, this.#text, on);
      api.words(...this.#words);
      api.show(this.#problems, this.#marks);
      this.#api = api;
    });
  }
  setText(text: string): void {
    this.#text = text;
    this.#plain.textContent = text;
    this.#api?.setText(text);
  }
  text(): string {
    return this.#api ? this.#api.text() : this.#text;
  }
  apply(edits: { from: number; to: number; insert: string }[]): void {
    this.#api?.apply(edits);
  }
  show(problems: HostProblem[], marks: Uint32Array<ArrayBuffer>): void {
    [this.#problems, this.#marks] = [problems, marks];
    this.#api?.show(problems, marks);
  }
  reveal(from: number, to: number): void {
    this.#api?.reveal(from, to);
  }
  focus(): void {
    this.#api?.focus();
  }
  words(label: string, placeholder: string): void {
    this.#words = [label, placeholder];
    this.#plain.setAttribute("aria-label", label);
    this.#api?.words(label, placeholder);
  }
  destroy(): void {
    this.#api?.destroy();
  }
}
