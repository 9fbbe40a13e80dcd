// The teacher: the same messages as Docker and as containerd write them, and which configuration reads which.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("both runtimes side by side, with the four combinations", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.getByRole("button", { name: "Docker ⇄ CRI" }).click();
  const dialog = page.getByRole("dialog");
  const [docker, cri] = [dialog.locator("section").nth(0), dialog.locator("section").nth(1)];
  await expect(docker).toContainText('{"log":"INFO [cart] 15 --- GET /api/v1/items 200 12ms\\n","stream":"stdout"');
  await expect(cri).toContainText("2023-02-02T07:48:11.576765119Z stdout F INFO [cart] 15 --- GET /api/v1/items 200 12ms");
  await expect(dialog.locator("table.four td:not(:empty)")).toHaveText([/^✓/, /^✕/, /^✕/, /^✓/]);
  await dialog.getByRole("button", { name: "Open both" }).click();
  await desk.settled();
  await expect(desk.logs.getByRole("tab")).toHaveCount(2);
});

test("every step from the line to the output is told, and the pattern is put in words", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.grid.getByRole("row").filter({ hasText: "lease lost" }).last().click();
  const story = page.getByRole("region", { name: "How this event came about" });
  await expect(story).toContainText("parse regexp");
  await expect(story).toContainText("2023-02-02 07:48:12.001200331 UTC");
  await page.keyboard.press("Alt+3");
  await expect(desk.results).toContainText("captured as “stream”");
});
