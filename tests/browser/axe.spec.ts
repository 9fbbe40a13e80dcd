// axe-core finds nothing serious: light and dark, every panel, wide and phone, both languages.
import axe from "axe-core";
import { Desk } from "./desk";
import { expect, test, type Page } from "./story";

async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return results.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`);
}

for (const scheme of ["light", "dark"] as const) {
  test(`nothing serious in ${scheme} colours, on any panel`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const desk = new Desk(page);
    await desk.open();
    for (const panel of ["1", "2", "3", "4"]) {
      await page.keyboard.press(`Alt+${panel}`);
      expect(await serious(page)).toEqual([]);
    }
    await page.getByRole("button", { name: "Share", exact: true }).click();
    expect(await serious(page)).toEqual([]);
  });
}

test("nothing serious on a phone, in Japanese", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("./");
  await expect(page.locator("[data-complete=true]")).toHaveCount(1);
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  expect(await serious(page)).toEqual([]);
});
