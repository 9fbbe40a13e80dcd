// The author drops a long file: it comes piece by piece, can be stopped, and the page stays in hand.
import { Desk, source } from "./desk";
import { expect, test, type Page } from "./story";

const CONF = `${source("kubernetes.*")}<match **>
  @type stdout
</match>
`;

/** Drops a file of so many CRI lines, made in the page; of a packed one perhaps only the first bytes. */
async function drop(page: Page, name: string, lines: number, bytes?: number): Promise<void> {
  await page.evaluate(
    async ({ name, lines, bytes }) => {
      const row = (at: number) => `2024-05-17T03:10:00.${String(at).padStart(9, "0")}Z stdout F message ${at}\n`;
      let body = new Blob(Array.from({ length: lines }, (_, at) => row(at)));
      if (name.endsWith(".gz")) {
        body = await new Response(body.stream().pipeThrough(new CompressionStream("gzip"))).blob();
        body = body.slice(0, bytes);
      }
      const data = new DataTransfer();
      data.items.add(new File([body], name));
      const area = document.querySelector(".logs");
      area?.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    { name, lines, bytes },
  );
}

for (const name of ["big-1_default_app-0123456789ab.log", "big-1_default_app-0123456789ab.log.gz"]) {
  test(`a dropped ${name.endsWith(".gz") ? "packed " : ""}file becomes a tab with every line of it`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.setConf(CONF);
    const tabs = await desk.logs.getByRole("tab").count();
    await drop(page, name, 60_000);
    await expect(desk.logs.getByRole("tab")).toHaveCount(tabs + 1);
    await expect(desk.logs.getByRole("tab", { selected: true })).toContainText("big-1_default_app-0123456789ab.log");
    await expect(page.getByRole("progressbar")).toBeHidden();
    await expect(desk.chip("lines")).toContainText("60,0");
    await desk.settled();
    await expect(desk.logs.getByText("message 0", { exact: false }).first()).toBeVisible();
  });
}

/** So many lines as `drop` makes them. */
const rows = (lines: number) => Array.from({ length: lines }, (_, at) => `2024-05-17T03:10:00Z stdout F message ${at}\n`).join("");

test("a long paste arrives whole, is taken back in one step and comes again in one", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setConf(CONF);
  await desk.setLogs("before\n");
  await desk.logEditor().press("ControlOrMeta+End");
  await desk.logEditor().evaluate((editor, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, rows(30_000));
  await expect(desk.chip("lines")).toContainText("30,001");
  await desk.settled();
  await expect(desk.logs.getByText("message 29999")).toBeVisible();
  await desk.logEditor().press("ControlOrMeta+z");
  await expect(desk.chip("line")).toContainText("1 line");
  await expect(desk.logs.locator(".cm-line")).toHaveText(["before", ""]);
  await desk.logEditor().press("ControlOrMeta+y");
  await expect(desk.chip("lines")).toContainText("30,001");
  await desk.settled();
});

test("a long text pasted beside the editors becomes a file of its own", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf(CONF);
  const tabs = await desk.logs.getByRole("tab").count();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, rows(30_000));
  await expect(desk.logs.getByRole("tab")).toHaveCount(tabs + 1);
  await expect(page.getByRole("progressbar")).toBeHidden();
  await expect(desk.chip("lines")).toContainText("30,00");
});

test("a packed file that is damaged says so, and what came of it stays", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await drop(page, "broken.log.gz", 60_000, 3_000);
  await expect(page.getByText("broken.log.gz could not be read")).toBeVisible();
  await expect(page.getByRole("progressbar")).toBeHidden();
});

test("several long files come one after the other", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf(CONF);
  const before = await desk.logs.getByRole("tab").count();
  await drop(page, "one-1_default_app-0123456789ab.log", 40_000);
  await drop(page, "two-1_default_app-0123456789ab.log", 40_000);
  await expect(desk.logs.getByRole("tab")).toHaveCount(before + 2);
  await expect(desk.chip("lines")).toContainText("80,0");
  await expect(page.getByRole("progressbar")).toBeHidden();
});

test("a long file can be stopped, and what came of it stays", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await drop(page, "long.log", 600_000);
  await expect(page.getByRole("progressbar", { name: "long.log" })).toBeVisible();
  // Where it stands changes with the bar: the press is what counts.
  await page.getByRole("button", { name: "Stop" }).dispatchEvent("click");
  await expect(page.getByRole("progressbar")).toBeHidden();
  await desk.settled();
  await expect(desk.logs.getByText("message 0", { exact: false }).first()).toBeVisible();
});
