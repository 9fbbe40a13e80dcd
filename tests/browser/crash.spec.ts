// No input and no fault of ours takes the text away.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("a worker that dies is replaced, and the result comes back", async ({ page, seen }) => {
  const desk = new Desk(page);
  await desk.open();
  const [worker] = page.workers();
  const gone = page.waitForEvent("worker");
  await worker?.evaluate(() => setTimeout(() => { throw new Error("provoked"); }, 0));
  await gone;
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F after the crash\n");
  await expect(desk.grid).toContainText("after the crash");
  seen.errors = seen.errors.filter((error) => !error.includes("provoked"));
});

test("a worker that hangs is replaced, and the result comes back", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const [worker] = page.workers();
  const replaced = page.waitForEvent("worker");
  void worker?.evaluate(() => { for (;;); }).catch(() => undefined);
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F after the hang\n");
  await replaced;
  await expect(desk.grid).toContainText("after the hang");
});

test("a panic of the page's own code shows a plain notice", async ({ page, seen }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.evaluate(() => dispatchEvent(new ErrorEvent("error", { error: new WebAssembly.RuntimeError("unreachable") })));
  await expect(page.getByRole("heading", { name: "The page has stopped" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
  seen.errors = [];
});
