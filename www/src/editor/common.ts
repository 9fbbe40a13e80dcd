// What both editors share. Tab is not bound: it leaves the editor.
import "../../../static/css/editor.css";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";

/** A change that the page made: it is not told to the page again. */
export const fromPage = Annotation.define<boolean>();

/** The page's texts for one editor; they change with the language. */
export interface Words {
  label: string;
  placeholder: string;
}

export function basics(words: Words): Extension {
  return [
    // The nonce that the content-security policy of index.html names.
    EditorView.cspNonce.of("editor"),
    // A dropped file is the page's: the editor would write its text where it was let go.
    EditorView.domEventHandlers({ drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0 }),
    EditorState.readOnly.of(document.documentElement.dataset["embed"] === "ro"),
    // A carriage return stays a character of its line: fluentd sees it too.
    EditorState.lineSeparator.of("\n"),
    // What stands behind the last line end is no line.
    lineNumbers({
      formatNumber: (at, { doc }) => (at > 1 && at === doc.lines && doc.line(at).length === 0 ? "" : String(at)),
    }),
    history(),
    drawSelection(),
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    EditorView.contentAttributes.of(() => ({ "aria-label": words.label, spellcheck: "false", tabindex: "0" })),
    placeholder(() => {
      const hint = document.createElement("span");
      hint.textContent = words.placeholder;
      return hint;
    }),
    keymap.of([
      // Keys of the page, not of the editor.
      ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter" && key !== "Alt-ArrowUp" && key !== "Alt-ArrowDown"),
      ...historyKeymap,
      ...searchKeymap.filter(({ key }) => key !== "Mod-Alt-g" && key !== "Alt-g"),
    ]),
  ];
}

/** Text with code between backquotes. */
export function rich(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  text.split("`").forEach((part, at) => {
    if (at % 2 === 0) return fragment.append(part);
    const code = document.createElement("code");
    code.textContent = part;
    fragment.append(code);
  });
  return fragment;
}

/** The class of a group's colour: eight colours, then round again. */
export function groupClass(group: number): string {
  return `g g${((Math.max(group, 1) - 1) % 8) + 1}`;
}
