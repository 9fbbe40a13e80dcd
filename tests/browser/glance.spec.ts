// What stands in sight follows a key in the key's own task: no message of the worker can come between.
import { Desk } from "./desk";
import { expect, test, type Locator, type Page } from "./story";

/** Writes at the cursor of an editor; the last part `shown` of the page when nothing but microtasks ran. */
async function written(editor: Locator, text: string, shown: string): Promise<string> {
  return editor.evaluate(
    async (element, { text, shown }) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      for (let turn = 0; turn < 100; turn += 1) await null;
      return [...document.querySelectorAll(shown)].at(-1)?.outerHTML ?? "";
    },
    { text, shown },
  );
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `2024-05-17T03:10:00.${String(n).padStart(9, "0")}Z stdout F message ${n}\n`).join("");

/** One file of many lines; after a paste its end is in sight. */
async function withMany(page: Page): Promise<Desk> {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(lines(20_000));
  await expect(desk.chip("events out")).toContainText("20,000");
  await desk.settled();
  return desk;
}

test("the events follow a key of the pattern in its own task, in the first of many lines", async ({ page }) => {
  const desk = await withMany(page);
  const editor = await desk.inPattern();
  let name = "logtag";
  // The engine is on the page's thread once everything else is there.
  await expect
    .poll(async () => {
      name = `x${name}`;
      return (await written(editor, "x", "[role=grid]")).includes(name);
    })
    .toBe(true);
  await desk.settled();
  await expect(desk.grid).toContainText(name);
  await expect(desk.chip("events out")).toContainText("20,000");
});

test("so do the lines in sight, far down", async ({ page }) => {
  const desk = await withMany(page);
  const editor = await desk.inPattern();
  const mark = ".logs .cm-line .g";
  await expect(desk.logs.locator(".g4").last()).toBeVisible();
  await expect
    .poll(async () => {
      const before = await written(editor, "", mark);
      // A group more, which takes nothing: the message has the next one's colour.
      return before !== (await written(editor, "a>)(?<b", mark));
    })
    .toBe(true);
});

test("so does a line that is typed into", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(lines(3));
  await desk.settled();
  await desk.logEditor().press("ControlOrMeta+Home");
  await desk.logEditor().press("End");
  let typed = "";
  await expect
    .poll(async () => {
      typed += "+";
      return (await written(desk.logEditor(), "+", "[role=grid]")).includes(`message 0${typed}`);
    })
    .toBe(true);
  await desk.settled();
  await expect(desk.grid).toContainText(`message 0${typed}`);
});
