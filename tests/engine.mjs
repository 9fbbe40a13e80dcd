// The module of the engine in Node: the example of engine.d.ts, and what must not be rounded.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { run } from "../www/dist/engine.js";

test("the example in engine.d.ts does what it says", async () => {
  const types = readFileSync(new URL("../www/dist/engine.d.ts", import.meta.url), "utf8");
  const example = types
    .split("```js\n")[1]
    .split(" * ```")[0]
    .replaceAll(/^ \* ?/gm, "");
  const [code, wanted] = example.replace('import { run } from "./engine.js";\n', "").split("\n// ");
  const said = [];
  new Function("run", "console", code)(run, { log: (...words) => said.push(words.join(" ")) });
  assert.deepEqual(said, [wanted.trim()]);
});

test("times and large integers arrive whole", () => {
  const conf =
    "<source>\n  @type tail\n  path /a.log\n  tag a\n  read_from_head true\n  <parse>\n    @type json\n    time_type string\n    time_format %iso8601\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n";
  const text = '{"time":"2023-02-02T00:00:00.123456789Z","id":9007199254740993}\nno JSON\n';
  const { events, lines, bootError } = run({ conf, files: { "/a.log": text }, tz: "Asia/Tokyo" });
  assert.equal(bootError, null);
  assert.equal(events[0].time, "1675296000.123456789");
  assert.equal(events[0].recordJson, '{"id":9007199254740993}');
  assert.deepEqual(
    lines.map((line) => line.fate),
    ["Event", "NotMatched"],
  );
});

test("a configuration that fluentd refuses says why", () => {
  const { bootError, events } = run({ conf: "<source>\n", files: {} });
  assert.match(bootError, /expected end tag/);
  assert.deepEqual(events, []);
});
