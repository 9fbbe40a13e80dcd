// From a key to the rows it changed, as a person sees them: figures, never a verdict.
// Run by `cargo xtask bench page`.
import { Desk } from "../browser/desk";
import { expect, test } from "../browser/story";

test.describe.configure({ mode: "serial", timeout: 300_000 });

function lines(count: number): string {
  const messages = [
    "INFO [cart-service,,] 1 --- [nio-8080-exec-3] c.e.cart.CartController : added item",
    '{"level":"info","msg":"request completed","status":200}',
    '10.1.2.3 - - [17/May/2024:03:10:00 +0000] "GET /items HTTP/1.1" 200 1234 "-" "curl/8.5.0"',
    "\tat com.example.cart.CartService.add(CartService.java:42)",
    "カートに商品を追加しました",
  ];
  const rows = Array.from({ length: count }, (_, n) => {
    const time = new Date(Date.UTC(2024, 4, 17) + n * 37).toISOString().replace("Z", "000001Z");
    return `${time} stdout F ${messages[n % messages.length]} ${n}`;
  });
  return `${rows.join("\n")}\n`;
}

/** Milliseconds from each key to the frame after the watched part changed. */
async function keys(desk: Desk, watched: string, typed: string[]): Promise<number[]> {
  await desk.page.evaluate((selector) => {
    const state = { start: 0, times: [] as number[] };
    Object.assign(globalThis, { keyTimes: state });
    addEventListener("keydown", () => (state.start = performance.now()), true);
    const target = document.querySelector(selector);
    if (target === null) throw new Error(`no ${selector}`);
    new MutationObserver(() => {
      if (state.start === 0) return;
      const start = state.start;
      state.start = 0;
      requestAnimationFrame(() => state.times.push(performance.now() - start));
    }).observe(target, { subtree: true, childList: true, characterData: true });
  }, watched);
  const measured = () => desk.page.evaluate(() => (globalThis as unknown as { keyTimes: { times: number[] } }).keyTimes.times);
  for (const [at, key] of typed.entries()) {
    await desk.page.keyboard.press(key);
    await expect.poll(async () => (await measured()).length, { intervals: [20] }).toBeGreaterThan(at);
  }
  return measured();
}

function report(name: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(1);
  console.log(`BENCH ${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms, ${sorted.length} keys`);
}

for (const count of [1_000, 100_000]) {
  test(`${count} lines: a key in the first line`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.oneFile();
    await desk.setLogs(lines(count));
    await expect(desk.chip("events out")).toContainText(count.toLocaleString("en"), { timeout: 120_000 });
    await desk.settled();
    await desk.logEditor().focus();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.press("End");
    report(`${count} lines, typing in a line`, await keys(desk, "[role=grid]", Array.from("typing is quick and the row follows it!")));
  });

  test(`${count} lines: a key in the pattern`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.oneFile();
    await desk.setLogs(lines(count));
    await expect(desk.chip("events out")).toContainText(count.toLocaleString("en"), { timeout: 120_000 });
    const editor = await desk.confEditor();
    await editor.evaluate((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.textContent?.indexOf("logtag>") ?? -1;
        if (at < 0) continue;
        getSelection()?.setPosition(node, at);
        return;
      }
      throw new Error("no group logtag in sight");
    });
    await editor.focus();
    report(`${count} lines, typing in the pattern`, await keys(desk, "[role=grid]", Array.from("abcdefghijklmnopqrstuvwxyz")));
  });
}
