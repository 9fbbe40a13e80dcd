// axe-core finds nothing, in every state: each panel, dialog and bar, light, dark and high contrast, wide and
// phone, both languages.
import axe from "axe-core";
import { Desk } from "./desk";
import { expect, test, type Page } from "./story";

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    // WCAG 2.2's 24 pixels are not asked for unless one asks.
    (globalThis as unknown as { axe: typeof axe }).axe.run({ rules: { "target-size": { enabled: true } } }),
  );
  return results.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`,
  );
}

async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox").fill(words);
  await page.keyboard.press("Enter");
}

async function exported(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("button", { name: /^Export for Kubernetes/ }).click();
  await expect(page.getByRole("dialog", { name: "Export" }).locator("pre")).toBeVisible();
}

/** Each state with the way into it; Escape leaves what lies over the page. */
const STATES: [string, (page: Page, desk: Desk) => Promise<void>][] = [
  ["events", (page) => page.keyboard.press("Alt+1")],
  ["flow", (page) => page.keyboard.press("Alt+2")],
  ["explain", (page) => page.keyboard.press("Alt+3")],
  ["checks", (page) => page.keyboard.press("Alt+4")],
  ["share", (page) => page.getByRole("button", { name: "Share", exact: true }).click()],
  ["commands", (page) => page.keyboard.press("ControlOrMeta+k")],
  ["node", (page) => page.getByRole("button", { name: /^node:/ }).click()],
  ["runtimes", (page) => page.getByRole("button", { name: "Docker ⇄ CRI" }).click()],
  ["detected", (page) => page.getByRole("button", { name: "Detect format" }).click()],
  ["privacy", (page) => page.getByRole("button", { name: "nothing leaves this page" }).click()],
  ["preview", (page) => page.getByRole("button", { name: "Parse both formats" }).click()],
  ["keys", (page) => page.keyboard.press("?")],
  ["export", exported],
  [
    "migrate",
    async (page) => {
      await exported(page);
      await page.getByRole("dialog").getByRole("button", { name: "Move to containerd" }).click();
      await expect(page.getByRole("dialog")).toContainText("During the update: both kinds");
    },
  ],
  ["import", (page) => command(page, "Another tool")],
  [
    "runs",
    async (page, desk) => {
      await (await desk.confEditor()).press("ControlOrMeta+Home");
      await page.keyboard.type("# one more\n");
      await desk.settled();
      await command(page, "Last runs");
      await expect(page.getByRole("dialog").locator(".diff")).toContainText("# one more");
    },
  ],
  ["pattern form", (_, desk) => desk.conf.getByRole("tab", { name: "Pattern" }).click()],
  ["not read", (_, desk) => desk.setConf("<source>\n  @type tail\n  path /a\n  tag a\n  <parse>\n    @type none\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n")],
  ["nothing to show", (_, desk) => desk.setConf("<source")],
];

for (const scheme of ["light", "dark"] as const) {
  test(`nothing in ${scheme} colours, in any state`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const desk = new Desk(page);
    await desk.open();
    for (const [name, enter] of STATES) {
      await enter(page, desk);
      await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== "running"));
      expect(await violations(page), name).toEqual([]);
      await page.keyboard.press("Escape");
    }
  });
}

test("nothing in high contrast and forced colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  const desk = new Desk(page);
  await desk.open();
  expect(await violations(page)).toEqual([]);
});

test("nothing on a phone, in Japanese", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("./");
  await expect(page.locator("[data-complete=true]")).toHaveCount(1);
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  for (const tab of await page.locator(".phone-tabs [role=tab]").all()) {
    await tab.click();
    expect(await violations(page)).toEqual([]);
  }
});
