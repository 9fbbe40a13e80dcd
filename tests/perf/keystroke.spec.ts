// From a key to the rows it changed, and to complete counts, as a person sees them: figures, never a
// verdict. Run by `cargo xtask bench page`.
import { Desk } from "../browser/desk";
import { expect, test, type Page } from "../browser/story";
import { report } from "./report";

test.describe.configure({ mode: "serial", timeout: 600_000 });

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

interface Times {
  /** From the input event until the page holds the new rows. */
  rows: number[];
  /** From the input event until the beginning of the frame that shows them. */
  shown: number[];
  /** From the input event until the page holds complete counts. */
  complete: number[];
  /** Tasks of the page's thread that took over 50 ms. */
  long: number[];
}

/** What follows each key, by the time stamps of the events themselves. */
async function keys(page: Page, typed: string[]): Promise<Times> {
  await page.evaluate(() => {
    const times = { rows: [] as number[], shown: [] as number[], complete: [] as number[], long: [] as number[] };
    const state = { start: 0, changed: false };
    Object.assign(globalThis, { keyTimes: times });
    addEventListener("keydown", (event) => Object.assign(state, { start: event.timeStamp, changed: false }), true);
    const grid = document.querySelector("[role=grid]");
    const chips = document.querySelector("[data-complete]");
    if (grid === null || chips === null) throw new Error("no grid");
    const look = () => {
      const { start } = state;
      if (start === 0 || !state.changed || chips.getAttribute("data-complete") !== "true") return;
      state.start = 0;
      times.complete.push(performance.now() - start);
    };
    new MutationObserver(() => {
      const { start } = state;
      if (start !== 0 && !state.changed) {
        state.changed = true;
        times.rows.push(performance.now() - start);
        requestAnimationFrame((now) => times.shown.push(now - start));
      }
      look();
    }).observe(grid, { subtree: true, childList: true, characterData: true, attributes: true });
    new MutationObserver(look).observe(chips, { attributes: true, subtree: true, characterData: true });
    new PerformanceObserver((list) => times.long.push(...list.getEntries().map((task) => task.duration))).observe({
      type: "longtask",
    });
  });
  const measured = () => page.evaluate(() => (globalThis as unknown as { keyTimes: Times }).keyTimes);
  for (const [at, key] of typed.entries()) {
    await page.keyboard.press(key);
    await expect.poll(async () => (await measured()).complete.length, { intervals: [20] }).toBeGreaterThan(at);
  }
  return measured();
}

function tell(name: string, times: Times): void {
  report(`${name} to rows in the page`, times.rows);
  report(`${name} to the frame with them`, times.shown);
  report(`${name} to complete counts`, times.complete);
  const worst = Math.max(0, ...times.long).toFixed(0);
  console.log(`BENCH ${name}: ${times.long.length} tasks over 50 ms, worst ${worst} ms`);
}

/** Tasks over 50 ms of the page's thread while something is done. */
async function longTasks(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    const long: number[] = [];
    Object.assign(globalThis, { longTasks: long });
    const note = (list: PerformanceObserverEntryList) => long.push(...list.getEntries().map((task) => task.duration));
    new PerformanceObserver(note).observe({ type: "longtask" });
  });
  const begin = Date.now();
  await act();
  const long = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
  const worst = Math.max(0, ...long).toFixed(0);
  const memory = await page.evaluate(async () => {
    const own = performance as unknown as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> };
    const heap = (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
    return crossOriginIsolated && own.measureUserAgentSpecificMemory ? (await own.measureUserAgentSpecificMemory()).bytes : heap;
  });
  console.log(
    `BENCH ${name}: ${Date.now() - begin} ms, ${long.length} tasks over 50 ms, worst ${worst} ms, page heap ${(memory / 2 ** 20).toFixed(0)} MB`,
  );
}

/** Makes a file of about so many megabytes in the page; what is then returned drops it. */
async function dropped(page: Page, name: string, megabytes: number, packed: boolean): Promise<() => Promise<void>> {
  await page.evaluate(
    async ({ name, megabytes, packed, piece }) => {
      const times = Math.ceil((megabytes * 2 ** 20) / piece.length);
      let body = new Blob(Array.from({ length: times }, () => piece));
      if (packed) body = await new Response(body.stream().pipeThrough(new CompressionStream("gzip"))).blob();
      const data = new DataTransfer();
      data.items.add(new File([body], name));
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
      Object.assign(globalThis, { drop: () => document.querySelector(".logs")?.dispatchEvent(drop) });
    },
    { name, megabytes, packed, piece: lines(5_000) },
  );
  return () => page.evaluate(() => void setTimeout(() => (globalThis as unknown as { drop: () => void }).drop()));
}

/** The browser's own RegExp over the same lines: milliseconds of one pass. */
async function ownLoop(page: Page, text: string): Promise<number> {
  const times = await page.evaluate((text) => {
    const rows = text.split("\n");
    const pattern = /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$/;
    return Array.from({ length: 7 }, () => {
      const start = performance.now();
      let taken = 0;
      for (const row of rows) if (pattern.exec(row)?.groups?.["log"] !== undefined) taken += 1;
      return taken > 0 ? performance.now() - start : NaN;
    });
  }, text);
  return times.toSorted((a, b) => a - b)[3] ?? NaN;
}

async function opened(page: Page, text: string, count: number): Promise<Desk> {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(text);
  await expect(desk.chip("events out")).toContainText(count.toLocaleString("en"), { timeout: 120_000 });
  await desk.settled();
  return desk;
}

for (const count of [1_000, 100_000]) {
  test(`${count} lines: a key in the first line`, async ({ page }) => {
    const desk = await opened(page, lines(count), count);
    await desk.logEditor().focus();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.press("End");
    const times = await keys(page, Array.from("typing is quick and the row follows it!"));
    tell(`${count} lines, key in a line`, times);
  });

  test(`${count} lines: a key in the pattern`, async ({ page }) => {
    const text = lines(count);
    const desk = await opened(page, text, count);
    await desk.inPattern();
    const times = await keys(page, Array.from("abcdefghijklmnopqrstuvwxyz"));
    tell(`${count} lines, key in the pattern`, times);
    const own = await ownLoop(page, text);
    const complete = times.complete.toSorted((a, b) => a - b)[13] ?? NaN;
    console.log(`BENCH ${count} lines, RegExp loop of the browser: ${own.toFixed(1)} ms; complete counts take ${(complete / own).toFixed(1)} times as long`);
  });
}

test("100000 lines: scrolling", async ({ page }) => {
  const desk = await opened(page, lines(100_000), 100_000);
  for (const [name, area] of [
    ["lines", ".logs .cm-scroller"],
    ["events", "[role=grid]"],
  ] as const) {
    const frames = await page.evaluate(async (selector) => {
      const area = document.querySelector(selector);
      if (area === null) throw new Error(selector);
      const frames: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      for (let at = 0; at < 180; at += 1) {
        area.scrollTop += at % 60 === 59 ? 50_000 : 120;
        const now = await new Promise<number>(requestAnimationFrame);
        frames.push(now - last);
        last = now;
      }
      return frames;
    }, area);
    report(`100000 lines, frames while scrolling ${name}`, frames);
    console.log(`BENCH 100000 lines, frames over 33 ms while scrolling ${name}: ${frames.filter((time) => time > 33.4).length} of ${frames.length}`);
  }
  await desk.settled();
});

test("100000 lines pasted", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  // The text crosses into the page before its tasks are measured.
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    Object.assign(globalThis, { paste: () => document.querySelector(".logs .cm-content")?.dispatchEvent(paste) });
  }, lines(100_000));
  await desk.logEditor().press("ControlOrMeta+a");
  await longTasks(page, "100000 lines pasted", async () => {
    await page.evaluate(() => void setTimeout(() => (globalThis as unknown as { paste: () => void }).paste()));
    await expect(desk.chip("events out")).toContainText("100,000", { timeout: 120_000 });
    await desk.settled();
  });
});

// Read by the configuration of the first visit, and just under what is read of a file.
const BIG = "big-1_prod_containerd-0123456789ab.log";
for (const [name, packed] of [[BIG, false], [`${BIG}.gz`, true]] as const) {
  test(`190 MB dropped as ${name}`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.oneFile();
    const drop = await dropped(page, name, 190, packed);
    const tabs = desk.logs.getByRole("tab");
    const settled = () => expect(desk.results.locator("[data-complete]")).toHaveAttribute("data-complete", "true", { timeout: 400_000 });
    await longTasks(page, `190 MB dropped as ${name}`, async () => {
      await drop();
      await expect(page.getByRole("progressbar")).toBeVisible({ timeout: 120_000 });
      await expect(page.getByRole("progressbar")).toBeHidden({ timeout: 400_000 });
      await settled();
    });
    console.log(`BENCH 190 MB dropped as ${name}: ${await desk.results.locator(".chip").first().innerText()}`);
    // What is kept in this browser is looked at a second after the last change.
    await longTasks(page, "another file and back", async () => {
      await tabs.first().click();
      await tabs.last().click();
      await page.waitForTimeout(1_500);
    });
    await longTasks(page, "a key at its end, and undo", async () => {
      await desk.logEditor().press("ControlOrMeta+End");
      await page.keyboard.type("x");
      await settled();
      await page.keyboard.press("ControlOrMeta+z");
      await settled();
    });
    await longTasks(page, "closed", async () => {
      await desk.logs.getByRole("button", { name: /^Close / }).click();
      await expect(tabs).toHaveCount(1);
      await settled();
    });
  });
}

test("a cold load, the processor four times slower", async ({ browser, baseURL }) => {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const context = await browser.newContext({ serviceWorkers: "block" });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const start = Date.now();
    await page.goto(baseURL ?? "./");
    await expect(page.locator("[data-complete=true] .chip").first()).toContainText("8");
    times.push(Date.now() - start);
    await context.close();
  }
  report("cold load to the first result, processor 4 times slower", times);
});
