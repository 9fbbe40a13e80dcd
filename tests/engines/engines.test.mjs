// The page in the other two engines: what Chromium's stories cannot tell. Run by `cargo xtask test engines`;
// an engine that is not installed is left out by name.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, Page } from "./driver.mjs";

const SITE = process.env["SITE"];
const LINE = "2023-02-02T07:48:11.5Z stdout F";

for (const engine of engines()) {
  describe(engine.name, { skip: engine.missing || false }, () => stories(engine));
}

function stories(engine) {
  let driver;
  let page;
  before(async () => {
    driver = await engine.start();
    page = new Page(driver);
  });
  after(() => driver?.quit());

  const complete = () => page.until(() => document.querySelectorAll("[data-complete=true], .cm-content").length === 3);
  /** The page as a first visitor sees it. */
  async function open() {
    await page.open(SITE);
    await page.run(() => localStorage.clear());
    await page.open(`${SITE}?${Math.random()}`);
    await complete();
  }
  const lines = () => page.run(() => [...document.querySelectorAll(".logs .cm-line")].map((line) => line.textContent));
  const firstLine = (wanted) => page.until((wanted) => document.querySelector(".logs .cm-line").textContent === wanted, wanted);
  const shows = (selector, words) =>
    page.until((selector, words) => document.querySelector(selector)?.textContent.includes(words), selector, words);
  const focus = (selector) => page.run((selector) => document.querySelector(selector).focus(), selector);
  const press = (words) =>
    page.until((words) => {
      const button = [...document.querySelectorAll("button")].find((button) => button.textContent.startsWith(words) && button.checkVisibility());
      button?.click();
      return button !== undefined;
    }, words);
  /** Pastes over the log lines. Firefox takes the text of such an event by its own names. */
  async function setLogs(text) {
    await focus(".logs .cm-content");
    await page.press("Control+a");
    await page.run((data) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", data);
      const init = { clipboardData, data, dataType: "text/plain", bubbles: true, cancelable: true };
      document.querySelector(".logs .cm-content").dispatchEvent(new ClipboardEvent("paste", init));
    }, text);
  }

  test("the first visit shows a result, and no notice", async () => {
    await open();
    await shows(".chips", "7 matched");
    assert.equal(await page.run(() => document.getElementById("old").checkVisibility()), false);
  });

  test("what is typed stands in the line and in the events, and undo takes it back", async () => {
    await open();
    await setLogs(`${LINE} one\n`);
    await page.press("Control+Home", "End");
    await page.type(" (two) [three] \"four\" éñ 漢字 😀!");
    await page.press("Backspace");
    await firstLine(`${LINE} one (two) [three] "four" éñ 漢字 😀`);
    await shows(".grid", "漢字 😀");
    for (let n = 0; n < 40 && (await lines())[0] !== `${LINE} one`; n += 1) await page.press("Control+z");
    await firstLine(`${LINE} one`);
  });

  test("a key after a press goes where the press was, and takes the place of what is selected", async () => {
    await open();
    await setLogs("one two\n");
    await page.click(".logs .cm-line");
    await page.press("End");
    await page.type("!");
    await firstLine("one two!");
    await page.press("Shift+Home");
    await page.type("R");
    await firstLine("R");
  });

  test("completion is chosen by keys, and Tab leaves the editor", async () => {
    await open();
    await focus(".conf .cm-content");
    await page.press("Control+End");
    await page.type("\n<match foo>\n  @type stdo".replaceAll("\n", "\uE007"));
    await shows(".cm-tooltip-autocomplete", "stdout");
    // CodeMirror takes no key in the first moment, so that none is taken by mistake.
    await page.until(() => {
      const { dataset } = document.querySelector(".cm-tooltip-autocomplete");
      dataset.seen ??= performance.now();
      return performance.now() > Number(dataset.seen) + 300;
    });
    await page.press("Enter");
    await page.until(() => [...document.querySelectorAll(".conf .cm-line")].at(-1).textContent.endsWith("@type stdout"));
    await page.press("Escape", "Tab");
    await page.until(() => !document.activeElement.closest(".conf .cm-content"));
  });

  test("the palette runs a command, and gives the focus back when it is left", async () => {
    await open();
    await focus(".grid");
    await page.press("Control+k");
    await page.until(() => document.activeElement.closest(".palette"));
    await page.press("Escape");
    await page.until(() => document.activeElement.className === "grid");
    await page.press("Control+k");
    await page.until(() => document.activeElement.closest(".palette"));
    await page.type("explain");
    await shows(".palette [aria-selected=true]", "Explain");
    await page.press("Enter");
    await page.until(() => document.querySelector(".explain"));
  });

  test("a packed file is unpacked where it is dropped", async () => {
    await open();
    await page.run(async (text) => {
      const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([await new Response(packed).arrayBuffer()], "a_default_docker-0.log.gz"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, `${LINE} unpacked\n`);
    await shows(".logs .cm-line", "unpacked");
  });

  test("a record is copied, and a link opens again", async () => {
    await open();
    await press("Share");
    const link = await page.until(() => /#1/.test(document.querySelector("dialog textarea")?.value) && document.querySelector("dialog textarea").value);
    await page.open("about:blank");
    await page.open(link);
    await complete();
    await shows(".chips", "7 matched");
  });

  test("what was written is there again", async () => {
    await open();
    await setLogs(`${LINE} kept\n`);
    await shows(".grid", "kept");
    await page.press("Control+s");
    await shows(".notice", "Saved");
    await page.open(`${SITE}?again`);
    await complete();
    await firstLine(`${LINE} kept`);
  });
}
