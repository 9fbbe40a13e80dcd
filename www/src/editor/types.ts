// The shapes that cross between the page's Rust (src/page/host.rs) and the editors.

/** Called with what happened: `change`, `complete`, `hover`, `cursor`, `fix`, `sight` or `mark`. */
export type On = (kind: string, detail: unknown) => void;

export interface LineMark {
  from: number;
  to: number;
  group: number;
  name: string;
}

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
  marks: LineMark[];
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

export interface Mark {
  from: number;
  to: number;
  /** The group's number; 0 for a token of the pattern. */
  group: number;
  name: string;
}

export interface ConfEdit {
  from: number;
  to: number;
  insert: string;
}

export interface LogApi {
  open(file: number, text: string): void;
  append(file: number, text: string): void;
  show(file: number): void;
  close(file: number): void;
  text(file: number): string;
  rows(file: number, rows: HostRow[]): void;
  reveal(line: number, from: number, to: number): void;
  focus(): void;
  words(label: string, placeholder: string): void;
  destroy(): void;
}

export interface ConfApi {
  setText(text: string): void;
  text(): string;
  apply(edits: ConfEdit[]): void;
  problems(problems: HostProblem[]): void;
  marks(marks: Mark[]): void;
  reveal(from: number, to: number): void;
  focus(): void;
  words(label: string, placeholder: string): void;
  destroy(): void;
}
