// Everything by keyboard: into the editors and out again, to failures, events, panels, commands.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("Tab goes through the page and leaves each editor", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const stops = new Set<string>();
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press("Tab");
    stops.add(
      await page.evaluate(() => {
        const focus = document.activeElement;
        const pane = focus?.closest("section, header, nav, footer, aside");
        return `${pane?.getAttribute("aria-label") ?? pane?.tagName ?? ""}:${focus?.classList.contains("cm-content") ? "editor" : (focus?.tagName ?? "")}`;
      }),
    );
  }
  expect([...stops]).toEqual(expect.arrayContaining(["Logs:editor", "HEADER:BUTTON"]));
  expect([...stops].some((stop) => stop.startsWith("Results:"))).toBe(true);
});

test("keys reach the failing line, the events, the panels, the commands and the sheet of keys", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.keyboard.press("F8");
  await expect(desk.logs).toContainText("retrying upstream pay:8080");
  await desk.grid.focus();
  await page.keyboard.press("ArrowDown");
  await expect(desk.grid.locator("[aria-selected=true]")).toHaveCount(1);
  await page.keyboard.press("Alt+2");
  await expect(desk.results.getByRole("tab", { name: /^Flow/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Alt+1");
  await expect(desk.grid).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await desk.grid.focus();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});
