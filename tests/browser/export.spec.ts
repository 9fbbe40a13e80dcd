// What is taken away is what is on the screen.
import { readFileSync } from "node:fs";
import { Desk } from "./desk";
import { expect, test } from "./story";

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
