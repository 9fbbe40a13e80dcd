// Pictures of the main states in both themes and languages: kept for people to look at, never compared.
import { Desk } from "./desk";
import { expect, test, type Page } from "./story";

async function take(page: Page, name: string): Promise<void> {
  const path = test.info().outputPath(`${name}.png`);
  await page.screenshot({ path });
  await test.info().attach(name, { path, contentType: "image/png" });
}

for (const scheme of ["light", "dark"] as const) {
  for (const locale of ["en-US", "ja-JP"]) {
    test.describe(`${scheme} ${locale}`, () => {
      test.use({ locale, colorScheme: scheme });

      test("wide", async ({ page }) => {
        await page.setViewportSize({ width: 1600, height: 900 });
        await page.emulateMedia({ reducedMotion: "reduce" });
        await page.goto("./");
        await expect(page.locator(".logs .cm-content")).toBeVisible();
        await expect(page.locator("[data-complete=true]")).toHaveCount(1);
        await take(page, "events");
        for (const [key, name] of [
          ["Alt+2", "flow"],
          ["Alt+3", "explain"],
          ["Alt+4", "checks"],
        ] as const) {
          await page.keyboard.press(key);
          await take(page, name);
        }
        await page.keyboard.press("Alt+1");
        await page.keyboard.press("ControlOrMeta+k");
        await take(page, "commands");
        await page.keyboard.press("Escape");
        await page.locator(".conf [role=tab]").first().click();
        await take(page, "pattern form");
      });

      test("phone", async ({ page }) => {
        await page.setViewportSize({ width: 390, height: 844 });
        await page.goto("./");
        await expect(page.locator(".logs .cm-content")).toBeVisible();
        const tabs = page.locator(".phone-tabs [role=tab]");
        for (const [at, name] of ["logs", "configuration", "results"].entries()) {
          await tabs.nth(at).click();
          await take(page, `phone ${name}`);
        }
      });
    });
  }
}

test("on paper", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.emulateMedia({ media: "print" });
  await expect(desk.logs).toBeVisible();
  await expect(page.getByRole("button", { name: "Share", exact: true })).toBeHidden();
  await take(page, "print");
});
