// Colours of fluent.conf: directives, parameters, values, comments, patterns.
import { StreamLanguage, type StringStream } from "@codemirror/language";

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

export const fluentconf = StreamLanguage.define<At>({
  name: "fluentconf",
  startState: () => ({ next: "key", depth: 0 }),
  token,
  languageData: { commentTokens: { line: "#" } },
});
