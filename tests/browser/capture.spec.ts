// Capture by example: a selected part of a line becomes a field in every line of its kind.
import { Desk } from "./desk";
import { expect, test } from "./story";

const LINES = ["INFO [cart] id=42 done", "WARN [pay] id=7 slow", "ERROR [cart] lost id=1234"]
  .map((text, at) => `2023-02-02T07:48:1${at}.5Z stdout F ${text}\n`)
  .join("");

async function selectInFirstLine(desk: Desk, from: number, length: number): Promise<void> {
  await desk.logEditor().focus();
  await desk.page.keyboard.press("ControlOrMeta+Home");
  for (let at = 0; at < from; at += 1) await desk.page.keyboard.press("ArrowRight");
  for (let at = 0; at < length; at += 1) await desk.page.keyboard.press("Shift+ArrowRight");
}

test("a selected word is named, the choices show what each takes, and the field appears", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(LINES);
  await desk.settled();
  await selectInFirstLine(desk, LINES.indexOf("INFO"), "INFO".length);
  const name = page.getByLabel("Take the selected part as field");
  await name.fill("level");
  await name.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("In 3 of 3 lines: INFO, WARN, ERROR");
  await dialog.getByRole("button", { name: "Apply" }).click();
  await desk.settled();
  await expect(desk.grid.getByRole("columnheader", { name: /^level/ })).toBeVisible();
  await expect(desk.chip("not matched")).toHaveCount(0);
  await expect(await desk.confEditor()).toContainText("(?<log>(?<level>[A-Z]+).*)");
});

test("what cannot be captured says why", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await selectInFirstLine(desk, 20, 14);
  const name = page.getByLabel("Take the selected part as field");
  await name.fill("x");
  await name.press("Enter");
  await expect(page.getByText("lies across two groups")).toBeVisible();
});
