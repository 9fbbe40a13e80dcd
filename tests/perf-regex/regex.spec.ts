// The matcher in Chromium beside the browser's own RegExp and vscode-oniguruma: the same lines, the same
// patterns. Figures, never a verdict. Run by `cargo xtask bench regex`, which builds what it reads.
import { readFile } from "node:fs/promises";
import { test } from "@playwright/test";

const COUNT = Number(process.env["BENCH_LINES"] ?? 200_000);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const BUILDS = (process.env["BENCH_BUILDS"] ?? "size,speed").split(",");
const NAMES = ["plain CRI", "widespread CRI", "nginx"];

const read = async (path: string) => (await readFile(path)).toString("base64");

test.describe.configure({ mode: "serial", timeout: 600_000 });

for (const [number, name] of NAMES.entries()) {
  test(name, async ({ page }) => {
    await page.goto("about:blank");
    await page.addScriptTag({ path: "node_modules/vscode-oniguruma/release/main.js" });
    const builds: Record<string, string> = {};
    for (const build of BUILDS) {
      const script = await readFile(`target-wasm/bench/${build}/bench.js`, "utf8");
      // Not as a script of the page: the glue asks where it came from.
      await page.evaluate(`(() => { ${script}\n globalThis.bench_${build} = wasm_bindgen; })()`);
      builds[build] = await read(`target-wasm/bench/${build}/bench_bg.wasm`);
    }
    const oniguruma = await read("node_modules/vscode-oniguruma/release/onig.wasm");
    const rows = await page.evaluate(measure, { number, count: COUNT, rounds: ROUNDS, builds, oniguruma });
    console.log(`\n${name}, ${COUNT} lines`);
    const own = rows.find(([engine]) => engine.startsWith("RegExp"))?.[1] ?? NaN;
    for (const [engine, seconds] of rows) {
      const rate = Math.round(COUNT / seconds).toLocaleString("en");
      console.log(`  ${engine.padEnd(34)}${rate.padStart(12)} lines/s ${(own / seconds).toFixed(2)} x RegExp`);
    }
  });
}

test("patterns that explode elsewhere", async ({ page }) => {
  await page.goto("about:blank");
  const [build = "size"] = BUILDS;
  const script = await readFile(`target-wasm/bench/${build}/bench.js`, "utf8");
  await page.evaluate(`(() => { ${script}\n globalThis.bench_exploding = wasm_bindgen; })()`);
  const rows = await page.evaluate(explode, await read(`target-wasm/bench/${build}/bench_bg.wasm`));
  console.log(`\n${rows.join("\n")}`);
});

/** Milliseconds of the best of three rounds, for each pattern. Runs in the page. */
async function explode(wasm: string): Promise<string[]> {
  const module = (globalThis as any).bench_exploding;
  module.initSync({ module: Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)) });
  const rows: string[] = [];
  for (let number = 0; ; number++) {
    const pattern: string = module.explosive_pattern(number);
    if (!pattern) return rows;
    let best = Infinity;
    let answer = "";
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      answer = module.explode(number, 1);
      best = Math.min(best, performance.now() - start);
    }
    rows.push(`  ${best.toFixed(1).padStart(7)} ms  ${answer.padEnd(9)} ${pattern}`);
  }
}

interface Work {
  number: number;
  count: number;
  rounds: number;
  builds: Record<string, string>;
  oniguruma: string;
}

/** Seconds of the best round of each engine; they take turns. Runs in the page. */
async function measure({ number, count, rounds, builds, oniguruma }: Work): Promise<[string, number][]> {
  const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const engines: [string, () => number][] = [];
  let pattern = "";
  let lines: string[] = [];
  for (const [build, wasm] of Object.entries(builds)) {
    const module = (globalThis as any)[`bench_${build}`];
    module.initSync({ module: bytes(wasm) });
    const bench = new module.Bench(number, count);
    pattern = bench.pattern();
    lines = bench.text().split("\n");
    engines.push([`ours, opt for ${build}, bytes`, () => bench.run(true)]);
    engines.push([`ours, opt for ${build}, UTF-8`, () => bench.run(false)]);
  }
  // Ruby's ^ and $ are per line, and plain groups beside named ones do not capture.
  const named = pattern.replaceAll(/\((?!\?)/g, "(?:");
  const own = new RegExp(named, "dm");
  const spans = new RegExp(named, "m");
  engines.push(["RegExp, captured texts", () => {
    let sum = 0;
    for (const line of lines) {
      const found = spans.exec(line);
      if (found) for (let at = 1; at < found.length; at++) sum += found[at]?.length ?? 0;
    }
    return sum;
  }]);
  engines.push(["indices of RegExp (flag d)", () => {
    let sum = 0;
    for (const line of lines) {
      const found = own.exec(line)?.indices;
      for (const span of found?.slice(1) ?? []) sum += span ? span[1] - span[0] : 0;
    }
    return sum;
  }]);
  const { onig } = globalThis as any;
  await onig.loadWASM({ data: bytes(oniguruma).buffer });
  const scanner = new onig.OnigScanner([named]);
  engines.push(["vscode-oniguruma", () => {
    let sum = 0;
    for (const line of lines) {
      const text = new onig.OnigString(line);
      const found = scanner.findNextMatchSync(text, 0);
      for (const group of found?.captureIndices.slice(1) ?? []) sum += group.length;
      text.dispose();
    }
    return sum;
  }]);
  const best = engines.map(() => Infinity);
  const sums = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    for (const [at, [, engine]] of engines.entries()) {
      // No engine pays for the garbage of the one before.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const start = performance.now();
      sums.add(engine());
      best[at] = Math.min(best[at] ?? Infinity, (performance.now() - start) / 1000);
    }
  }
  if (sums.size !== 1) throw new Error(`the engines capture differently: ${[...sums].join(", ")}`);
  return engines.map(([name], at) => [name, best[at] ?? NaN]);
}
