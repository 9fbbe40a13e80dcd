// The result follows what is typed: in the pattern, in its form, in the lines.
import { Desk } from "./desk";
import { expect, type Locator, type Page, test } from "./story";

/** The pattern's form, its expression, and the configuration as it stood. */
async function inTheForm(page: Page): Promise<{ desk: Desk; before: string; expression: Locator }> {
  const desk = new Desk(page);
  await desk.open();
  const before = await (await desk.confEditor()).innerText();
  await desk.conf.getByRole("tab", { name: "Pattern" }).click();
  const expression = desk.conf.getByLabel(/expression/);
  await expect(expression).toHaveValue(/<logtag>/);
  return { desk, before, expression };
}

test("renaming a group in the pattern's form renames the field and keeps the rest of the text", async ({ page }) => {
  const { desk, before, expression } = await inTheForm(page);
  await expression.fill((await expression.inputValue()).replace("<logtag>", "<flag>"));
  await expression.press("Tab");
  await expect(desk.grid.getByRole("columnheader", { name: "flag" })).toBeVisible();
  await expect(desk.grid.getByRole("columnheader", { name: "logtag" })).toHaveCount(0);
  await expect(await desk.confEditor()).toHaveText(before.replace("<logtag>", "<flag>"), { useInnerText: true });
});

test("a line that is typed becomes an event at once, and undo takes it back", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.logEditor().focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("2023-02-02T07:48:20.5Z stdout F typed by hand");
  await page.keyboard.press("Enter");
  await expect(desk.grid).toContainText("typed by hand");
  await expect(desk.chip("events out")).toContainText("8");
  for (let n = 0; n < 6; n += 1) await page.keyboard.press("ControlOrMeta+z");
  await expect(desk.grid).not.toContainText("typed by hand");
});

test("what is typed stands where the cursor is, takes the place of what is selected, and goes with one undo", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F one two three\n");
  await desk.settled();
  const line = desk.logEditor().locator(".cm-line").first();
  // A press and a key in one go: nobody has told the editor of the press yet.
  await line.click({ position: { x: 12, y: 8 } });
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await expect(desk.grid).toContainText("one two three!");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.type("replaced");
  await expect(line).toHaveText("replaced");
  // One step where the keys follow each other quickly, as here; the machine may be slow.
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+z");
    await expect(line).toHaveText("2023-02-02T07:48:11.5Z stdout F one two three!", { timeout: 500 });
  }).toPass();
});

test("a character that is typed by halves arrives whole, and is taken away whole", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F one\n");
  await desk.logEditor().press("ControlOrMeta+Home");
  await desk.logEditor().press("End");
  // As Firefox does it for a key.
  for (const half of ["\ud83d", "\ude00"]) {
    await page.evaluate((half) => document.execCommand("insertText", false, half), half);
  }
  await expect(desk.grid).toContainText("one😀");
  await page.keyboard.type("!");
  await expect(desk.grid).toContainText("one😀!");
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("Backspace");
  await expect(desk.grid).not.toContainText("one");
  await expect(desk.grid).toContainText("on");
});

test("a capture that is pointed at says what it is called", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F one\n");
  await desk.settled();
  const capture = desk.logEditor().locator(".g", { hasText: "stdout" });
  await capture.hover();
  await expect(capture).toHaveAttribute("title", "stream");
});

test("keys that follow one another in the form each change the text as it stands then", async ({ page }) => {
  const { desk, before, expression } = await inTheForm(page);
  // All at once: no answer to the first comes before the last is asked.
  await expression.evaluate((field) => {
    const input = field as HTMLTextAreaElement;
    const whole = input.value;
    for (const name of ["l", "longer_than_before", "flag"]) {
      input.value = whole.replace("logtag", name);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  await expect(desk.grid.getByRole("columnheader", { name: "flag" })).toBeVisible();
  await expect(await desk.confEditor()).toHaveText(before.replace("<logtag>", "<flag>"), { useInnerText: true });
});
