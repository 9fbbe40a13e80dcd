// The first visit shows a result, and the first thing seen is a line that fails, with its reason.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("the first visit shows lines, fields, one failure and three ways to begin", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await expect(page).toHaveTitle(/Fluentd Playground/i);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(desk.logs.getByRole("tab")).toHaveCount(2);
  await expect(desk.chip("events out")).toContainText("7");
  await expect(desk.chip("not matched")).toContainText("1");
  await expect(desk.logs).toContainText("pattern not matched");
  await expect(desk.grid).toContainText("注文処理を開始しました id=42");
  for (const name of ["Paste my lines", "I am moving from Docker to containerd", /pattern not matched/]) {
    await expect(page.getByRole("button", { name })).toBeVisible();
  }
  await expect(page.getByText("nothing leaves this page")).toBeVisible();
});

test("log text is text, never markup", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const bad = `2023-02-02T07:48:11.576765119Z stdout F <img src=x onerror="document.title='owned'"><b>bold</b>\n`;
  await desk.setLogs(bad);
  await desk.settled();
  await expect(desk.grid).toContainText("<b>bold</b>");
  await expect(page).toHaveTitle(/Fluentd Playground/i);
});
