// What other browsers do otherwise than Chromium, as far as it can be played here. The stories themselves
// were gone through in Firefox and in WebKit.
import { Desk } from "./desk";
import { expect, test, type Page } from "./story";

const notice = (page: Page) => page.getByText("This page needs a newer browser");

test("a browser without WebAssembly is told so in both languages", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
  await page.goto("./");
  await expect(notice(page)).toBeInViewport();
  await expect(page.getByText("このページには新しいブラウザーが必要です")).toBeVisible();
});

test("a browser whose style sheets are too old for the page is told so, and no other", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await expect(notice(page)).toBeHidden();
  await page.route("**/*.css", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/light-dark\(red, ?red\)/, "nothing-of-the-kind(red)");
    await route.fulfill({ response, body });
  });
  await page.reload();
  await expect(notice(page)).toBeInViewport();
});

test("a Mac's Option changes the digits, and the panels still have their keys", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.evaluate(() => {
    dispatchEvent(new KeyboardEvent("keydown", { key: "™", code: "Digit2", altKey: true, cancelable: true }));
  });
  await expect(desk.results.getByRole("tab", { name: /^Flow/ })).toHaveAttribute("aria-selected", "true");
});

test("the Enter that takes what an input method offers runs no command", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.keyboard.press("ControlOrMeta+k");
  const field = page.getByRole("combobox");
  await field.fill("Share");
  // As Safari tells of it: the composition is over.
  await field.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Share" })).toBeVisible();
});

test("copying begins within the press, as Safari wants it, though the text comes later", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const button = desk.results.getByRole("button", { name: "Copy JSON" });
  const text = await button.evaluate(async (button: HTMLElement) => {
    let begun: ClipboardItem | undefined;
    navigator.clipboard.write = async ([item]) => void (begun = item);
    button.click();
    return (await begun?.getType("text/plain"))?.text();
  });
  expect(JSON.parse(text ?? "")).toHaveProperty("log");
});

test("bars between panes and columns move without dragging", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const bar = page.getByRole("separator", { name: "Width of the left side" });
  await bar.dblclick();
  await expect(bar).toHaveAttribute("aria-valuenow", "67.0");
  await bar.dblclick();
  await expect(bar).toHaveAttribute("aria-valuenow", "33.0");
  await bar.press("ArrowRight");
  await expect(bar).toHaveAttribute("aria-valuenow", "35.0");
  const column = desk.grid.getByRole("columnheader").first();
  const before = (await column.boundingBox())?.width ?? 0;
  await column.getByRole("separator").dblclick();
  await expect.poll(async () => (await column.boundingBox())?.width ?? 0).toBeGreaterThan(before + 100);
});
