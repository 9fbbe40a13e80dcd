// The author: lines are lost, the page says why, one press mends it, and the configuration goes along.
import { readFile } from "node:fs/promises";
import { Desk } from "./desk";
import { expect, test } from "./story";

test("a lost line is found, understood, mended by one press, and taken away", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await expect(desk.chip("not matched")).toContainText("1");

  // The lost line stands among the events, and its reason below the line itself.
  await expect(desk.grid.locator(".lost")).toContainText("pattern not matched");
  await page.keyboard.press("F8");
  await expect(desk.logs).toContainText("This is a Docker json-file line (EKS 1.23 and older) among CRI lines.");

  await desk.logs.getByRole("button", { name: "Parse both formats" }).click();
  const preview = page.getByRole("dialog");
  await expect(preview).toContainText("@type multi_format");
  await preview.getByRole("button", { name: "Apply" }).click();
  await desk.settled();
  await expect(desk.chip("not matched")).toHaveCount(0);
  await expect(desk.chip("events out")).toContainText("8");
  await expect(desk.grid.locator(".lost")).toHaveCount(0);

  // What is taken away is what stands in the editor; undo takes the edit back.
  await page.getByRole("button", { name: /^Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download fluent.conf" }).click(),
  ]);
  expect(await readFile((await download.path()) ?? "", "utf8")).toContain("@type multi_format");
  const editor = await desk.confEditor();
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(desk.chip("not matched")).toContainText("1");
});
