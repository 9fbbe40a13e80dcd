// The configuration's editor: colours, problems in place, completion, hover.
import { autocompletion, type Completion, type CompletionResult, completionKeymap } from "@codemirror/autocomplete";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basics, fromPage, groupClass, rich, type Words } from "./common";
import { fluentconf } from "./fluentconf";
import type { ConfApi, Mark, On } from "./types";

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

const setMarks = StateEffect.define<Mark[]>();

/** Outer groups before inner ones, so that an inner colour lies on top. */
function decorate(marks: Mark[], length: number): DecorationSet {
  const out: Range<Decoration>[] = [];
  for (const mark of marks) {
    if (mark.from >= mark.to || mark.to > length) continue;
    const style = mark.group > 0 ? groupClass(mark.group) : "regexp-token";
    const attributes = mark.name === "" ? {} : { title: mark.name };
    out.push(Decoration.mark({ class: style, attributes }).range(mark.from, mark.to));
  }
  return Decoration.set(out, true);
}

const marksField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = decorate(effect.value, transaction.newDoc.length);
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
          const said = update.transactions.some((tr) => tr.docChanged && tr.annotation(fromPage) !== true);
          if (said) on("change", update.state.doc.toString());
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
    problems(problems) {
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
      view.dispatch(setDiagnostics(view.state, found));
    },
    marks: (marks) => view.dispatch({ effects: setMarks.of(marks) }),
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
