// What both editors share. Tab is not bound: it leaves the editor.
import "../../../static/css/editor.css";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension, type Transaction } from "@codemirror/state";
import {
  Decoration,
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
    plainKeys(),
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

/**
 * A plain key goes into the text at once. Left to the browser, it would be written into the page and laid
 * out before the editor heard of it.
 */
function plainKeys(): Extension {
  let pressed = "";
  return EditorView.domEventHandlers({
    keydown(event) {
      pressed = event.key;
      return false;
    },
    beforeinput(event, view) {
      const { data } = event;
      const { state } = view;
      if (event.inputType !== "insertText" || data !== pressed || event.isComposing || view.composing || state.readOnly) return false;
      // Where the browser would write: after a click the editor may not know yet.
      const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection() ?? {};
      if (!anchorNode || !focusNode || !view.contentDOM.contains(focusNode)) return false;
      const { anchor, head } = state.selection.main;
      if (view.posAtDOM(focusNode, focusOffset) !== head || view.posAtDOM(anchorNode, anchorOffset) !== anchor) return false;
      view.dispatch(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
      return true;
    },
  });
}

/** Tells changes before they are drawn: the worker works meanwhile. */
export function tellFirst(tell: (said: readonly Transaction[]) => void) {
  return (transactions: readonly Transaction[], view: EditorView): void => {
    const said = transactions.filter((tr) => tr.docChanged && tr.annotation(fromPage) !== true);
    try {
      if (said.length > 0) tell(said);
    } finally {
      view.update(transactions);
    }
  };
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

/** One for each colour: what is the same mark is not drawn anew. */
const GROUPS = Array.from({ length: 8 }, (_, at) => Decoration.mark({ class: `g g${at + 1}` }));

/** A group's colour: eight colours, then round again. */
export function groupMark(group: number): Decoration {
  return GROUPS[(Math.max(group, 1) - 1) % 8] ?? Decoration.mark({});
}
