// fluent.conf: colours of directives, parameters, values, comments and patterns; how far its lines stand in.
import { indentOnInput, indentService, StreamLanguage, type StringStream } from "@codemirror/language";
import { countColumn, type Extension } from "@codemirror/state";

interface At {
  /** What stands next on this line. */
  next: "key" | "value";
  /** True inside `{}` or `[]` that run over lines: how deep. */
  depth: number;
}

function value(stream: StringStream): string {
  if (stream.match(/^#\{[^}]*\}/)) return "meta";
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/^\s+#.*/)) return "comment";
  if (stream.match(/^\/.*\/[imx]*\s*$/)) return "regexp";
  if (stream.match(/^-?\d+(\.\d+)?[smhdkKMGT]?(?=\s|$|[,\]}])/)) return "number";
  if (stream.match(/^(true|false|yes|no|null)(?=\s|$|[,\]}])/)) return "bool";
  stream.next();
  stream.match(/^[^\s"'#]+/);
  return "attributeValue";
}

function token(stream: StringStream, at: At): string | null {
  if (stream.sol()) at.next = "key";
  if (stream.sol() && stream.match(/^\s*#.*/)) return "comment";
  if (stream.eatSpace()) return null;
  if (at.next === "key" && stream.match(/^<\/?[A-Za-z_]+/)) {
    at.next = "value";
    return "tagName";
  }
  if (stream.match(/^>\s*$/)) return "tagName";
  if (at.next === "key") {
    stream.match(/^\S+/);
    at.next = "value";
    const word = stream.current();
    return word === "@include" || word === "@type" || word === "@label" || word === "@id" ? "keyword" : "propertyName";
  }
  return value(stream);
}

const OPENS = /^\s*<[A-Za-z_]/;
const CLOSES = /^\s*<\//;

/** A section's lines stand one step deeper than its tags. */
const indent = indentService.of((context, at) => {
  const column = (line: string) => countColumn(line, context.state.tabSize, line.search(/\S|$/));
  const above = context.state.sliceDoc(0, at).split("\n").filter((line) => /\S/.test(line)).reverse();
  if (CLOSES.test(context.textAfterPos(at))) {
    let depth = 1;
    const opening = above.find((line) => (depth += CLOSES.test(line) ? 1 : OPENS.test(line) ? -1 : 0) === 0);
    return opening === undefined ? null : column(opening);
  }
  const last = above[0] ?? "";
  return column(last) + (OPENS.test(last) ? context.unit : 0);
});

const language = StreamLanguage.define<At>({
  name: "fluentconf",
  startState: () => ({ next: "key", depth: 0 }),
  token,
  languageData: { commentTokens: { line: "#" }, indentOnInput: /^\s*<\/(\w*>)?$/ },
});

export const fluentconf: Extension = [language, indent, indentOnInput()];
