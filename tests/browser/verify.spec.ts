// A pattern rewritten for another agent is run with Rust's `regex` crate before it is offered. The
// crate is a module of its own, loaded by the first such sheet, and at hand without a network.
import { source, Desk } from "./desk";
import { expect, test, type Locator, type Page } from "./story";

const LINES =
  "2023-02-02T07:48:11.5Z stdout F [INFO] done (12 ms)\n2023-02-02T07:48:12.5Z stdout F [WARN] Straße\n2023-02-02T07:48:13.5Z stdout F STRASSE\n";

const filter = (pattern: string): string =>
  `${source("k.*")}<filter k.**>\n  @type parser\n  key_name message\n  <parse>\n    @type regexp\n    expression /${pattern}/\n  </parse>\n</filter>\n<match **>\n  @type stdout\n</match>\n`;

async function vector(desk: Desk, pattern: string): Promise<Locator> {
  const { page } = desk;
  await desk.setConf(filter(pattern));
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("button", { name: /^Export for Kubernetes/ }).click();
  const sheet = page.getByRole("dialog", { name: "Export" });
  await sheet.getByRole("button", { name: "Vector", exact: true }).click();
  return sheet;
}

async function opened(page: Page): Promise<Desk> {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(LINES);
  return desk;
}

test("a sheet for another agent says what Rust's regex crate makes of the pattern", async ({ page, seen }) => {
  const desk = await opened(page);
  const crate = () => seen.requests.filter((url) => url.includes("verify_bg")).length;
  expect(crate()).toBe(0);
  const sheet = await vector(desk, "^\\[(?<level>\\w+)\\] (?<text>.*?)(?: \\((?<ms>\\d+) ms\\))?$");
  await expect(sheet).toContainText("gives the same groups as Ruby on 3 of 3 messages on the screen (2 match)");
  await expect(sheet).toContainText("[0-9A-Za-z_]+");
  expect(crate()).toBe(1);
  // RE2's words for it, by the same crate.
  await sheet.getByRole("button", { name: "Grafana Alloy" }).click();
  await expect(sheet).toContainText("stage.regex");
  await expect(sheet).toContainText("on 3 of 3 messages");
  await page.keyboard.press("Escape");

  const other = await vector(desk, "(?i)(?<street>straße)\\b");
  await expect(other).toContainText("differs from Ruby on 1 of 3 messages");
  await expect(other).toContainText("The first is STRASSE: it matches in Ruby, it does not match there.");
});

test("a crate that cannot be loaded is said so by name", async ({ page, seen }) => {
  await page.route(/verify_bg/, (route) => route.abort());
  const desk = await opened(page);
  const sheet = await vector(desk, "^(?<text>.*)$");
  await expect(sheet).toContainText("(verify.wasm) could not be loaded");
  await expect(sheet.locator("pre")).toContainText("parse_regex!");
  seen.errors.length = 0;
});

test.describe("after a visit", () => {
  test.use({ serviceWorkers: "allow" });

  test("the crate is at hand without a network", async ({ page, context }) => {
    await page.goto("./");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    const desk = await opened(page);
    const sheet = await vector(desk, "^(?<text>.*)$");
    await expect(sheet).toContainText("on 3 of 3 messages");
    await context.setOffline(false);
  });
});
