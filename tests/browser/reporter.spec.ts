// The reporter: what is on the screen becomes a link with its expected records; whoever opens it sees the same.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("a check made of what is shown travels in the link and fails when the configuration changes", async ({ page, browser }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.grid.getByRole("row").filter({ hasText: "lease lost" }).last().click();
  await page.getByRole("button", { name: "Make a check" }).click();
  const checks = desk.results.getByRole("tab", { name: /^Checks/ });
  await expect(checks).toContainText("1/1");

  await page.getByRole("button", { name: "Share", exact: true }).click();
  const link = await desk.offeredLink();
  const other = await browser.newContext({ serviceWorkers: "block" });
  const visitor = new Desk(await other.newPage());
  await visitor.open(link);
  const theirs = visitor.results.getByRole("tab", { name: /^Checks/ });
  await expect(theirs).toContainText("1/1");

  const conf = await visitor.confEditor();
  const text = await conf.innerText();
  await visitor.setConf(text.replaceAll("(?<log>.*)", "(?<message>.*)"));
  await visitor.settled();
  await expect(theirs).toContainText("0/1");
  await other.close();
});
