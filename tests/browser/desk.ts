// The page as its parts are called by people and screen readers.
import { expect, type Locator, type Page } from "./story";

/** A source that takes each line as it stands. */
export const source = (tag: string): string =>
  `<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag ${tag}\n  read_from_head true\n  <parse>\n    @type none\n  </parse>\n</source>\n`;

export class Desk {
  readonly logs: Locator;
  readonly conf: Locator;
  readonly results: Locator;
  readonly grid: Locator;

  constructor(readonly page: Page) {
    this.logs = page.getByRole("region", { name: "Logs" });
    this.conf = page.getByRole("region", { name: "Configuration" });
    this.results = page.getByRole("region", { name: "Results" });
    this.grid = page.getByRole("grid", { name: "Events" });
  }

  /** Opens the page and waits for editors and results. */
  async open(address = "./"): Promise<void> {
    await this.page.goto(address);
    await expect(this.logEditor()).toBeVisible();
    await this.settled();
  }

  /** Leaves the first file only. */
  async oneFile(): Promise<void> {
    const tabs = this.logs.getByRole("tab");
    for (let left = await tabs.count(); left > 1; left -= 1) {
      await tabs.nth(left - 1).click();
      await this.logs.getByRole("button", { name: /^Close / }).click();
      await expect(tabs).toHaveCount(left - 1);
    }
  }

  /** All lines have been through the engine. */
  async settled(): Promise<void> {
    await expect(this.results.locator("[data-complete]")).toHaveAttribute("data-complete", "true");
  }

  logEditor(): Locator {
    return this.logs.locator(".cm-content");
  }

  async confEditor(): Promise<Locator> {
    await this.conf.getByRole("tab", { name: "fluent.conf" }).click();
    return this.conf.locator(".cm-content");
  }

  /** The configuration's editor with the cursor before the name of the group `logtag`. */
  async inPattern(): Promise<Locator> {
    const editor = await this.confEditor();
    await editor.focus();
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
    return editor;
  }

  async setLogs(text: string): Promise<void> {
    await replace(this.logEditor(), text);
  }

  async setConf(text: string): Promise<void> {
    await replace(await this.confEditor(), text);
  }

  /** The address that the open sheet of sharing offers; it is there once the worker has packed the case. */
  async offeredLink(): Promise<string> {
    const field = this.page.getByRole("dialog").getByLabel("Link");
    await expect(field).toHaveValue(/#1/);
    return field.inputValue();
  }

  /** A chip of the summary: `matched`, `not-matched`, `events` … with its number. */
  chip(words: string): Locator {
    return this.results.locator(".chip", { hasText: words });
  }

  /** The cells of the grid, row by row, without the heading. */
  async rows(): Promise<string[][]> {
    const rows = await this.grid.getByRole("row").all();
    const texts = await Promise.all(rows.map((row) => row.getByRole("gridcell").allInnerTexts()));
    return texts.filter((row) => row.length > 0);
  }
}

/** Pastes over everything, as a person does. */
async function replace(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.press("ControlOrMeta+a");
  await editor.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}
