// The shapes that cross between the page's Rust (src/page/host.rs) and the editors.

/** Called with what happened: `change`, `append`, `complete`, `hover`, `cursor`, `fix`, `sight`, `mark`, `cut` or `unreadable`. */
export type On = (kind: string, detail: unknown) => void;

export interface HostWhy {
  title: string;
  text: string[];
  saidLabel: string;
  said: string;
  reached?: [number, number] | undefined;
  buttons: string[];
}

export interface HostRow {
  line: number;
  fate: string;
  title: string;
  /** Captures, four numbers each: from, to, group, which of the names. */
  marks: Uint32Array;
  why?: HostWhy | undefined;
}

export interface HostProblem {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
  action?: string | undefined;
  index: number;
}

export interface ConfEdit {
  from: number;
  to: number;
  insert: string;
}

export interface LogApi {
  open(file: number, text: string): void;
  /** False when there is no such file any more. */
  append(file: number, text: string): boolean;
  /** UTF-16 units of all files. */
  size(): number;
  show(file: number): void;
  close(file: number): void;
  text(file: number): string;
  /** The first lines of a file, as a change that the engine takes: `open` when that is all, else `begin`. */
  beginning(file: number, path: string, lines: number): object | undefined;
  /** Whole lines of a file, unless they are too long. */
  part(file: number, from: number, to: number): string | undefined;
  /** `undefined`: the lines are as before, what the captures are called is not. */
  rows(file: number, rows: HostRow[] | undefined, names: string[]): void;
  reveal(line: number, from: number, to: number): void;
  focus(): void;
  words(label: string, placeholder: string): void;
  destroy(): void;
}

export interface ConfApi {
  setText(text: string): void;
  text(): string;
  apply(edits: ConfEdit[]): void;
  /** Problems, and groups of patterns: three numbers each, from, to, group. */
  show(problems: HostProblem[], marks: Uint32Array): void;
  reveal(from: number, to: number): void;
  focus(): void;
  words(label: string, placeholder: string): void;
  destroy(): void;
}
