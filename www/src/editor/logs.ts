// The log files' editor: one document a file, each with its own undo. Colours and marks come from
// the page for the lines in sight only; between two answers they move along with the text.
import {
  EditorState,
  type Extension,
  RangeSet,
  type Range,
  StateEffect,
  StateField,
  type Text,
  Transaction,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, gutter, GutterMarker, keymap, WidgetType } from "@codemirror/view";
import { engineFree, turn } from "../host";
import { basics, fromPage, groupMark, rich, tellFirst, type Words } from "./common";
import type { HostRow, HostWhy, LogApi, On } from "./types";

interface Shown {
  marks: DecorationSet;
  fates: RangeSet<Fate>;
}

const setRows = StateEffect.define<HostRow[]>();

/** Of very long lines fewer stand in sight. */
const LONGEST_BEGINNING = 100_000;

/** Shapes, so that no mark is only a colour. */
const SIGNS: Record<string, string> = {
  pending: "·",
  notTailed: "○",
  event: "●",
  joined: "●",
  partial: "◐",
  held: "◔",
  notMatched: "✕",
  invalid: "✕",
  dropped: "⊘",
  error: "▲",
  noMatch: "∅",
  unterminated: "…",
  skipped: "↷",
};

class Fate extends GutterMarker {
  constructor(
    readonly kind: string,
    readonly title: string,
  ) {
    super();
  }
  override eq(other: Fate): boolean {
    return other.kind === this.kind && other.title === this.title;
  }
  override toDOM(): HTMLElement {
    const sign = document.createElement("span");
    sign.className = "fate";
    sign.dataset["fate"] = this.kind;
    sign.title = this.title;
    sign.textContent = SIGNS[this.kind] ?? "·";
    return sign;
  }
}

class Why extends WidgetType {
  constructor(
    readonly line: number,
    readonly why: HostWhy,
    readonly on: On,
  ) {
    super();
  }
  override eq(other: Why): boolean {
    return other.line === this.line && JSON.stringify(other.why) === JSON.stringify(this.why);
  }
  override get estimatedHeight(): number {
    return 62;
  }
  override ignoreEvent(): boolean {
    return true;
  }
  override toDOM(view: EditorView): HTMLElement {
    const box = document.createElement("div");
    box.className = "why";
    box.setAttribute("role", "note");
    box.style.setProperty("--why-width", `${view.scrollDOM.clientWidth - 72}px`);
    const sentence = document.createElement("p");
    const title = document.createElement("strong");
    title.textContent = `${this.why.title} `;
    sentence.append(title);
    this.why.text.forEach((text) => sentence.append(rich(text), " "));
    box.append(sentence);
    if (this.why.said !== "") box.append(this.#said());
    const buttons = document.createElement("p");
    buttons.className = "why-buttons";
    this.why.buttons.forEach((label, index) => buttons.append(this.#button(label, index)));
    if (this.why.buttons.length > 0) box.append(buttons);
    const outer = document.createElement("div");
    outer.className = "why-outer";
    outer.append(box);
    return outer;
  }
  #said(): HTMLElement {
    const said = document.createElement("p");
    said.className = "why-said";
    const code = document.createElement("code");
    code.textContent = this.why.said;
    said.append(`${this.why.saidLabel} `, code);
    return said;
  }
  #button(label: string, index: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.append(rich(label));
    button.addEventListener("click", ({ detail }) => {
      // Pressed by a key: the edit takes this button away, and the focus would go with it.
      if (detail === 0) button.closest<HTMLElement>(".cm-content")?.focus({ preventScroll: true });
      this.on("fix", { line: this.line, index });
    });
    return button;
  }
}

/** Replaces what stands in the lines of `rows`; what stands elsewhere stays. */
function withRows(shown: Shown, doc: Text, rows: HostRow[], on: On): Shown {
  const kept = rows.filter((row) => row.line < doc.lines);
  const first = kept[0];
  const last = kept[kept.length - 1];
  if (first === undefined || last === undefined) return { marks: Decoration.none, fates: RangeSet.empty };
  const from = doc.line(first.line + 1).from;
  const to = doc.line(last.line + 1).to;
  const marks: Range<Decoration>[] = [];
  const fates: Range<Fate>[] = [];
  for (const row of kept) {
    const line = doc.line(row.line + 1);
    fates.push(new Fate(row.fate, row.title).range(line.from));
    marks.push(...decorate(row, line.from, line.length, on));
  }
  const outside = (at: number) => at < from || at > to;
  return {
    marks: shown.marks.update({ filter: outside, filterFrom: from, filterTo: to, add: marks, sort: true }),
    fates: shown.fates.update({ filter: outside, filterFrom: from, filterTo: to, add: fates, sort: true }),
  };
}

function decorate(row: HostRow, start: number, length: number, on: On): Range<Decoration>[] {
  const out: Range<Decoration>[] = [];
  for (let at = 0; at < row.marks.length; at += 4) {
    const [from = 0, to = 0, group = 0] = row.marks.subarray(at, at + 3);
    if (to > length || from >= to) continue;
    out.push(groupMark(group).range(start + from, start + to));
  }
  if (row.why === undefined || row.why === null) return out;
  const { reached } = row.why;
  if (reached && reached[1] > reached[0] && reached[1] <= length) {
    out.push(Decoration.mark({ class: "reached" }).range(start + reached[0], start + reached[1]));
  }
  if (reached && reached[1] < length) {
    out.push(Decoration.mark({ class: "stopped" }).range(start + reached[1], start + reached[1] + 1));
  }
  out.push(Decoration.widget({ widget: new Why(row.line, row.why, on), block: true, side: 1 }).range(start + length));
  return out;
}

/** A part of a line that is being named stays in sight while the focus is in the field for its name. */
const selected = EditorView.decorations.compute(["selection"], ({ selection: { main } }) =>
  main.empty ? Decoration.none : Decoration.set(Decoration.mark({ class: "selected" }).range(main.from, main.to)),
);

function shownField(on: On): StateField<Shown> {
  return StateField.define<Shown>({
    create: () => ({ marks: Decoration.none, fates: RangeSet.empty }),
    update(shown, transaction) {
      let next = shown;
      if (transaction.docChanged) {
        next = { marks: shown.marks.map(transaction.changes), fates: shown.fates.map(transaction.changes) };
      }
      for (const effect of transaction.effects) {
        if (effect.is(setRows)) next = withRows(next, transaction.newDoc, effect.value, on);
      }
      return next;
    },
    provide: (field) => EditorView.decorations.from(field, (shown) => shown.marks),
  });
}

/** 1 where a place stands between the two halves of a character, as Firefox types some. */
function half(doc: Text, at: number): number {
  return Number(/^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.sliceString(Math.max(at - 1, 0), at + 1)));
}

/**
 * The changes of a transaction, last first, so that each one's places hold when it is applied. A character
 * goes as a whole: the engine's texts hold no half of one.
 */
function changesOf(file: number, { startState: { doc }, newDoc, changes }: Transaction): unknown[] {
  const told: unknown[] = [];
  changes.iterChanges((fromA, toA, fromB, toB) => {
    const before = half(doc, fromA) | half(newDoc, fromB);
    const after = half(doc, toA) | half(newDoc, toB);
    const from = doc.lineAt(fromA);
    const to = doc.lineAt(toA);
    told.unshift({
      kind: "edit",
      file,
      place: [from.number - 1, fromA - before - from.from, to.number - 1, toA + after - to.from],
      text: newDoc.sliceString(fromB - before, toB + after, "\n"),
    });
  });
  return told;
}

/** A longer text is pasted in pieces of so much, each one task of the page. */
const PIECE = 256 * 1024;

/** Where the first piece of a text ends: at a line end, if it has one. */
function pieceOf(text: string): number {
  if (text.length <= PIECE) return text.length;
  const end = text.lastIndexOf("\n", PIECE) + 1;
  // Halves of one character stay together.
  return end > 0 ? end : /[\ud800-\udbff]/.test(text.charAt(PIECE - 1)) ? PIECE - 1 : PIECE;
}

export function createLogs(parent: HTMLElement, on: On): LogApi {
  const words: Words = { label: "", placeholder: "" };
  const states = new Map<number, EditorState>();
  const field = shownField(on);
  let current = 0;
  let sight = "";
  let asked = 0;
  /** A file's text with the change that is being told. */
  let coming: { file: number; doc: () => Text | undefined } | undefined;
  let shown: HostRow[] = [];
  let names: string[] = [];
  /** What is left of a long paste, and where it goes. */
  let pasting: { at: number; rest: string } | undefined;

  /** Pastes on: a piece, or all that is left. */
  const pour = (all: boolean) => {
    if (pasting === undefined) return;
    const { at, rest } = pasting;
    const end = all ? rest.length : pieceOf(rest);
    const { empty, head } = view.state.selection.main;
    const follow = empty && head === at;
    pasting = undefined;
    view.dispatch({
      changes: { from: at, insert: rest.slice(0, end) },
      // Its history takes such a change as a part of the one before.
      userEvent: "input.type.compose",
      ...(follow ? { selection: { anchor: at + end }, scrollIntoView: end === rest.length } : {}),
    });
    if (end < rest.length) pasting = { at: at + end, rest: rest.slice(end) };
  };
  const pasteLong = async (text: string) => {
    pour(true);
    const end = pieceOf(text);
    view.dispatch(view.state.replaceSelection(text.slice(0, end)), { userEvent: "input.paste", scrollIntoView: true });
    pasting = { at: view.state.selection.main.head, rest: text.slice(end) };
    while (pasting !== undefined) {
      await engineFree();
      await turn();
      pour(false);
    }
  };

  const tellSight = () => {
    asked = 0;
    const { doc } = view.state;
    const from = doc.lineAt(view.viewport.from).number - 1;
    const to = doc.lineAt(view.viewport.to).number;
    const next = `${current}:${from}:${to}:${doc.lines}`;
    if (next === sight) return;
    sight = next;
    on("sight", { from, to });
  };
  const tellCursor = (state: EditorState) => {
    const range = state.selection.main;
    const line = state.doc.lineAt(range.from);
    const to = range.to <= line.to ? range.to - line.from : range.from - line.from;
    on("cursor", { line: line.number - 1, from: range.from - line.from, to });
  };
  /** What a capture is called, when it is pointed at: in no line's own text, which a new name would draw anew. */
  const nameMark = (event: MouseEvent, target: EditorView) => {
    const mark = event.target;
    if (!(mark instanceof HTMLElement) || !mark.classList.contains("g")) return;
    const at = target.posAtDOM(mark);
    const line = target.state.doc.lineAt(at);
    const marks = shown.find((row) => row.line === line.number - 1)?.marks ?? [];
    for (let n = 0; n < marks.length; n += 4) {
      if (marks[n] === at - line.from) mark.title = names[marks[n + 3] ?? 0] ?? "";
    }
  };
  const pressMark = (target: EditorView, at: number) => {
    on("mark", { line: target.state.doc.lineAt(at).number - 1 });
    return true;
  };

  const extensions: Extension = [
    gutter({
      class: "cm-fates",
      markers: (target) => target.state.field(field).fates,
      initialSpacer: () => new Fate("event", ""),
      domEventHandlers: { mousedown: (target, line) => pressMark(target, line.from) },
    }),
    field,
    basics(words),
    selected,
    keymap.of([{ key: "Alt-Enter", run: (target) => pressMark(target, target.state.selection.main.head) }]),
    EditorView.domEventHandlers({
      mouseover: nameMark,
      paste(event) {
        // fluentd's warnings quote the line itself: the page offers it unescaped.
        const text = event.clipboardData?.getData("text/plain") ?? "";
        if (/pattern not matched: "|invalid line found/.test(text.slice(0, PIECE))) setTimeout(() => on("quoted", {}));
        if (text.length <= 2 * PIECE || view.state.readOnly) return false;
        event.preventDefault();
        void pasteLong(text);
        return true;
      },
    }),
    EditorView.updateListener.of((update) => {
      if (pasting !== undefined && update.docChanged) {
        // What is undone is not pasted on; what is typed at its end stands behind it.
        const undone = update.transactions.some((tr) => tr.isUserEvent("undo") || tr.isUserEvent("redo"));
        pasting = undone ? undefined : { ...pasting, at: update.changes.mapPos(pasting.at, -1) };
      }
      if (update.selectionSet || update.docChanged) tellCursor(update.state);
      if ((update.viewportChanged || update.docChanged) && asked === 0) asked = requestAnimationFrame(tellSight);
    }),
  ];
  const fresh = (text: string) => EditorState.create({ doc: text, extensions });
  const tell = (kind: "change" | "append", file: number, changes: unknown[], doc: () => Text | undefined) => {
    coming = { file, doc };
    on(kind, changes);
    coming = undefined;
  };
  const dispatchTransactions = tellFirst((said) => {
    tell("change", current, said.flatMap((tr) => changesOf(current, tr)), () => said.at(-1)?.newDoc);
  });
  const view = new EditorView({ state: fresh(""), parent, dispatchTransactions });
  const stateOf = (file: number) => (file === current ? view.state : states.get(file));

  return {
    open(file, text) {
      const known = stateOf(file);
      if (known === undefined) return void states.set(file, fresh(text));
      const change = { changes: { from: 0, to: known.doc.length, insert: text }, annotations: fromPage.of(true) };
      if (file === current) view.dispatch(change);
      else states.set(file, known.update(change).state);
    },
    append(file, text) {
      const known = stateOf(file);
      if (known === undefined) return false;
      // Told to the page like typing, but as it came, and not to be undone piece by piece.
      const transaction = known.update({
        changes: { from: known.doc.length, insert: text },
        annotations: [fromPage.of(true), Transaction.addToHistory.of(false)],
      });
      const line = known.doc.lines - 1;
      const column = known.doc.length - known.doc.line(line + 1).from;
      const edit = { kind: "edit", file, place: [line, column, line, column], text };
      tell("append", file, [edit], () => transaction.newDoc);
      if (file === current) view.dispatch(transaction);
      else states.set(file, transaction.state);
      return true;
    },
    size() {
      let size = view.state.doc.length;
      for (const { doc } of states.values()) size += doc.length;
      return size;
    },
    show(file) {
      const state = states.get(file);
      if (file === current || state === undefined) return;
      pour(true);
      if (current !== 0) states.set(current, view.state);
      current = file;
      states.delete(file);
      view.setState(state);
      sight = "";
      tellSight();
      tellCursor(state);
    },
    close(file) {
      states.delete(file);
      if (file !== current) return;
      pasting = undefined;
      current = 0;
    },
    text: (file) => (coming?.file === file ? coming.doc() : stateOf(file)?.doc)?.toString() ?? "",
    beginning(file, path, lines) {
      const doc = stateOf(file)?.doc;
      if (doc === undefined) return undefined;
      let end = lines < doc.lines ? doc.line(lines + 1).from : doc.length;
      if (end > LONGEST_BEGINNING) end = doc.lineAt(LONGEST_BEGINNING).from;
      return { kind: end === doc.length ? "open" : "begin", file, path, text: doc.sliceString(0, end, "\n") };
    },
    part(file, from, to) {
      const doc = stateOf(file)?.doc;
      if (doc === undefined || from >= doc.lines) return undefined;
      const [start, end] = [doc.line(from + 1).from, to < doc.lines ? doc.line(to + 1).from : doc.length];
      return end - start < LONGEST_BEGINNING ? doc.sliceString(start, end, "\n") : undefined;
    },
    rows(file, rows, called) {
      if (file !== current) return;
      names = called;
      if (rows === undefined) return;
      shown = rows;
      view.dispatch({ effects: setRows.of(rows) });
    },
    reveal(number, from, to) {
      const { doc } = view.state;
      const line = doc.line(Math.min(number + 1, doc.lines));
      const anchor = Math.min(line.from + from, line.to);
      const head = Math.min(line.from + to, line.to);
      const effects = EditorView.scrollIntoView(anchor, { y: "center" });
      view.dispatch({ selection: { anchor, head: Math.max(anchor, head) }, effects });
      view.focus();
    },
    focus: () => view.focus(),
    words(label, hint) {
      words.label = label;
      words.placeholder = hint;
      view.dispatch({});
    },
    destroy: () => view.destroy(),
  };
}
