// The configuration's editor: colours, problems in place, completion, hover.
import { autocompletion, type Completion, type CompletionResult, completionKeymap } from "@codemirror/autocomplete";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { diagnosticCount, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Range, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basics, groupMark, rich, tellFirst, type Words } from "./common";
import { fluentconf } from "./fluentconf";
import type { ConfApi, On } from "./types";

interface Completions {
  from: number;
  items: { label: string; insert: string; kind: string; detail: string; doc: string }[];
}

interface Card {
  from: number;
  to: number;
  title: string;
  text: string;
}

const setMarks = StateEffect.define<DecorationSet>();

/** Outer groups before inner ones, so that an inner colour lies on top. */
function decorate(marks: Uint32Array, length: number): DecorationSet {
  const out: Range<Decoration>[] = [];
  for (let at = 0; at < marks.length; at += 3) {
    const [from = 0, to = 0, group = 0] = marks.subarray(at, at + 3);
    if (from < to && to <= length) out.push(groupMark(group).range(from, to));
  }
  return Decoration.set(out, true);
}

const marksField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = effect.value;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Asks the page; it answers `null` where there is nothing to say. */
function ask<T>(on: On, kind: string, at: number): Promise<T | null> {
  return new Promise((resolve) => on(kind, { at, resolve }));
}

function option(item: Completions["items"][number]): Completion {
  const types: Record<string, string> = { section: "class", plugin: "type", parameter: "property", value: "constant" };
  return {
    label: item.label,
    apply: item.insert,
    type: types[item.kind] ?? "text",
    detail: item.detail,
    ...(item.doc === "" ? {} : { info: () => docOf(item.doc) }),
  };
}

function docOf(text: string): HTMLElement {
  const doc = document.createElement("div");
  doc.className = "doc";
  doc.append(rich(text));
  return doc;
}

function hover(on: On) {
  return hoverTooltip(async (_view, at) => {
    const card = await ask<Card>(on, "hover", at);
    if (card === null) return null;
    const create = () => {
      const dom = document.createElement("div");
      dom.className = "hover-card";
      const title = document.createElement("strong");
      title.textContent = card.title;
      dom.append(title, docOf(card.text));
      return { dom };
    };
    return { pos: card.from, end: card.to, create };
  });
}

export function createConf(parent: HTMLElement, text: string, on: On): ConfApi {
  const words: Words = { label: "", placeholder: "" };
  const complete = async ({ pos }: { pos: number }): Promise<CompletionResult | null> => {
    const found = await ask<Completions>(on, "complete", pos);
    if (found === null || found.items.length === 0) return null;
    return { from: found.from, options: found.items.map(option), validFor: /^[\w@.]*$/ };
  };
  const view = new EditorView({
    parent,
    dispatchTransactions: tellFirst((said) => on("change", said.at(-1)?.newDoc.toString())),
    state: EditorState.create({
      doc: text,
      extensions: [
        lintGutter(),
        basics(words),
        fluentconf,
        syntaxHighlighting(classHighlighter),
        bracketMatching(),
        indentUnit.of("  "),
        marksField,
        hover(on),
        autocompletion({ override: [complete], icons: false }),
        keymap.of(completionKeymap),
        EditorView.updateListener.of((update) => {
          if (update.selectionSet) on("cursor", { at: update.state.selection.main.head });
        }),
      ],
    }),
  });
  const clamp = (at: number) => Math.min(at, view.state.doc.length);
  return {
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    text: () => view.state.doc.toString(),
    apply(edits) {
      const length = view.state.doc.length;
      const changes = edits.filter((edit) => edit.from <= edit.to && edit.to <= length);
      if (changes.length > 0) view.dispatch({ changes });
    },
    show(problems, marks) {
      const found = problems.map((problem) => ({
        from: clamp(problem.from),
        to: clamp(problem.to),
        severity: problem.severity,
        message: problem.message.replaceAll("`", ""),
        renderMessage: () => rich(problem.message),
        actions:
          problem.action == null
            ? []
            : [
                {
                  name: problem.action.replaceAll("`", ""),
                  apply: () => on("fix", { index: problem.index }),
                },
              ],
      }));
      // After most keys both stand as they stood, moved along with the text.
      const next = decorate(marks, view.state.doc.length);
      if (!RangeSet.eq([view.state.field(marksField)], [next])) view.dispatch({ effects: setMarks.of(next) });
      if (found.length > 0 || diagnosticCount(view.state) > 0) view.dispatch(setDiagnostics(view.state, found));
    },
    reveal(from, to) {
      const anchor = clamp(from);
      const effects = EditorView.scrollIntoView(anchor, { y: "center" });
      view.dispatch({ selection: { anchor, head: clamp(Math.max(from, to)) }, effects });
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
