// What is taken away is what is on the screen.
import { readFileSync } from "node:fs";
import { Desk } from "./desk";
import { expect, test, type Locator, type Page } from "./story";

test("the copied and the downloaded fluent.conf are the editor's text", async ({ page, context, baseURL }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(baseURL ?? "").origin });
  const desk = new Desk(page);
  await desk.open();
  const conf = "<source>\n  @type tail\n  path /var/log/containers/*.log # 日本語\n  tag a\n  <parse>\n    @type none\n  </parse>\n</source>\n";
  await desk.setConf(conf);
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("button", { name: "Copy fluent.conf" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(conf);
  await page.getByRole("button", { name: /^Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download fluent.conf" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("fluent.conf");
  expect(readFileSync(await download.path(), "utf8")).toBe(conf);
});

const CRI =
  "2023-02-02T07:48:11.5Z stdout F hello\n2023-02-02T07:48:12.5Z stderr F oops\n2023-02-02T07:48:13.5Z stdout P par\n2023-02-02T07:48:13.6Z stdout F tial\n";

async function exportSheet(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("button", { name: /^Export for Kubernetes/ }).click();
  const sheet = page.getByRole("dialog", { name: "Export" });
  await expect(sheet).toBeVisible();
  return sheet;
}

async function copied(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

test("the pair is derived from what is on the screen, and was run in both formats", async ({ page, context, baseURL }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(baseURL ?? "").origin });
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(CRI);
  const conf =
    "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  read_from_head true\n  <parse>\n    @type cri\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n";
  await desk.setConf(conf);
  await desk.settled();
  const sheet = await exportSheet(page);
  await expect(sheet).toContainText("Both variants give the same 3 events from the 4 lines on the screen");
  await expect(sheet.getByRole("button", { name: "fluent-cri.conf", exact: true })).toBeVisible();
  await sheet.getByRole("button", { name: "Copy fluent-docker.conf" }).click();
  await expect.poll(() => copied(page)).toContain("multiline_end_regexp");

  await sheet.getByRole("button", { name: "Kubernetes", exact: true }).click();
  await expect(sheet).toContainText("kind: ConfigMap");
  await sheet.getByRole("button", { name: "postStart", exact: true }).click();
  await expect(sheet).toContainText("Race:");
  await sheet.getByRole("button", { name: "fluent/fluentd", exact: true }).click();
  await sheet.getByRole("button", { name: "daemonset-poststart.yaml", exact: true }).click();
  await expect(sheet.locator("pre")).toContainText("runAsUser: 0");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    sheet.getByRole("button", { name: "Download all (.zip)" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("fluentd-playground.zip");
  expect(readFileSync(await download.path()).subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
});

test("an issue's text, a test for real fluentd and a frame carry the case", async ({ page, browser }) => {
  const desk = new Desk(page);
  await desk.open();
  const sheet = await exportSheet(page);
  await sheet.getByRole("button", { name: "Markdown for an issue" }).click();
  await expect(sheet.locator("pre")).toContainText("### Configuration");
  await expect(sheet.locator("pre")).toContainText("#1");
  await sheet.getByRole("button", { name: "Test for real fluentd" }).click();
  await expect(sheet.locator("pre")).toContainText("class FluentConfTest");
  await sheet.getByRole("button", { name: "HTML embed" }).click();
  await expect(sheet.locator("pre")).toContainText("<iframe");
  const html = await sheet.locator("pre").innerText();
  const address = /src="([^"]+)"/.exec(html)?.[1] ?? "";
  expect(address).toContain("#embed-ro:1");

  const other = await browser.newContext({ serviceWorkers: "block" });
  const frame = await other.newPage();
  await frame.goto(address);
  const logs = frame.locator(".logs .cm-content");
  await expect(logs).toBeVisible();
  await expect(frame.getByRole("button", { name: "Share", exact: true })).toBeHidden();
  // The results are there: what follows can only come from the keys.
  await expect(logs).toContainText("Not matched");
  await logs.focus();
  const before = await logs.innerText();
  await frame.keyboard.type("typed");
  expect(await logs.innerText()).toBe(before);
  expect(await frame.evaluate(() => localStorage.length)).toBe(0);
  await other.close();
});

test("a ConfigMap, a Fluent Bit parser and a pattern come in with what differs", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const take = async (text: string): Promise<Locator> => {
    await page.getByRole("button", { name: /^Export/ }).click();
    await page.getByRole("button", { name: /^Import/ }).click();
    await page.getByRole("dialog").getByLabel("Import").fill(text);
    await page.getByRole("dialog").getByRole("button", { name: "Read" }).click();
    const sheet = page.getByRole("dialog", { name: "Import" });
    await expect(sheet.locator("pre")).toBeVisible();
    return sheet;
  };
  let sheet = await take("[PARSER]\n  Name app\n  Format regex\n  Regex ^(?<level>\\w+) (?<message>.*)$\n");
  await expect(sheet).toContainText("Skip_Empty_Values");
  await page.keyboard.press("Escape");
  sheet = await take("^(?P<level>\\w+) (?P<message>.*)$");
  await expect(sheet.locator("pre")).toContainText("(?<level>");
  await page.keyboard.press("Escape");
  sheet = await take("apiVersion: v1\nkind: ConfigMap\ndata:\n  fluent.conf: |\n    <source>\n      @type tail\n      tag mine\n    </source>\n");
  await sheet.getByRole("button", { name: "Use this" }).click();
  await expect(await desk.confEditor()).toContainText("tag mine");
});
