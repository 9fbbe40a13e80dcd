// After one visit the page opens without a network, and the way out of an old copy works.
import { expect, test } from "./story";

test.use({ serviceWorkers: "allow" });

test("the page opens again without a network", async ({ page, context }) => {
  await page.goto("./");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect(page.locator("main")).toBeVisible();
  await expect(page.getByText("offline ready")).toBeVisible();
  await context.setOffline(true);
  await page.reload();
  await expect(page.locator("main")).toBeVisible();
  await context.setOffline(false);
});

test("?sw=off removes the service worker", async ({ page }) => {
  await page.goto("./");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto("./?sw=off");
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length))
    .toBe(0);
});
