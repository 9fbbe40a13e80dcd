// The focus is never lost: what is closed gives it back, and where its element goes, the pane keeps it.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("a dialog gives the focus back, however it is closed", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const share = page.getByRole("button", { name: "Share", exact: true });
  for (const close of [
    () => page.keyboard.press("Escape"),
    () => page.getByRole("dialog").getByRole("button", { name: "Close" }).click(),
  ]) {
    await share.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Share" })).toBeVisible();
    await close();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(share).toBeFocused();
  }
});

test("a command from the palette has the focus where it leads", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.grid.focus();
  for (const [words, place] of [
    ["Next line that failed", desk.logEditor()],
    ["Keys", page.getByRole("dialog", { name: "Keys" }).getByRole("button", { name: "Close" })],
  ] as const) {
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill(words);
    await page.keyboard.press("Enter");
    await expect(place).toBeFocused();
  }
});

test("when another panel takes the place of the grid, the results keep the focus", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.grid.focus();
  await page.keyboard.press("Alt+3");
  await expect(desk.results).toBeFocused();
});

test("an edit that is taken leaves the focus in the lines it mends", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.logs.getByRole("button", { name: "Parse both formats" }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).press("Enter");
  await expect(desk.chip("not matched")).toHaveCount(0);
  await expect(desk.logEditor()).toBeFocused();
});

test("Escape leaves a path as it was, and the pane has the focus", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const tab = desk.logs.getByRole("tab", { selected: true });
  const name = (await tab.textContent()) ?? "";
  await tab.press("Enter");
  const field = desk.logs.getByLabel("Path of the log file");
  await field.fill("/elsewhere.log");
  await field.press("Escape");
  await expect(tab).toHaveText(name);
  await expect(desk.logs).toBeFocused();
});

test("the link past the bars goes to the results and leaves the address alone", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const address = page.url();
  await page.getByRole("link", { name: "Results" }).press("Enter");
  await expect(desk.results).toBeFocused();
  expect(page.url()).toBe(address);
  await expect(page.locator(".notice")).toHaveCount(0);
});

test("the bars over time are one stop, and arrow keys go along them", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const bars = page.getByRole("group", { name: /over time/i }).getByRole("button");
  await page.getByRole("searchbox", { name: "Filter events" }).press("Tab");
  await expect(bars.first()).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(bars.nth(1)).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(desk.grid).toBeFocused();
});
