// Japanese: chosen from the browser, switchable, and typed with an input method.
import { Desk } from "./desk";
import { expect, test } from "./story";

test.describe("with a Japanese browser", () => {
  test.use({ locale: "ja-JP" });

  test("the page speaks Japanese, and English when asked", async ({ page }) => {
    await page.goto("./");
    await expect(page.locator("html")).toHaveAttribute("lang", "ja");
    await expect(page.getByRole("region", { name: "ログ" })).toBeVisible();
    await expect(page.getByText("データは外部に送信されません")).toBeVisible();
    await page.getByRole("button", { name: "English" }).click();
    await expect(page.getByRole("region", { name: "Logs" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("region", { name: "Logs" })).toBeVisible();
  });
});

test("text composed with an input method arrives whole", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.logEditor().focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("2023-02-02T07:48:20.5Z stdout F ");
  const session = await page.context().newCDPSession(page);
  for (const text of ["よ", "よや", "よやく"]) {
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  await session.send("Input.insertText", { text: "予約完了" });
  await page.keyboard.press("Enter");
  await expect(desk.grid).toContainText("予約完了");
  await expect(desk.logEditor()).not.toContainText("よやく");
});
