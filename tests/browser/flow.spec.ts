// The author asks what reached one output, and which edit changed it.
import { Desk, source } from "./desk";
import { expect, test } from "./story";

const CONF = `${source("kubernetes.*")}<filter kubernetes.**>
  @type grep
  <exclude>
    key message
    pattern /debug/
  </exclude>
</filter>
<match kubernetes.**>
  @type rewrite_tag_filter
  <rule>
    key message
    pattern /error/
    tag bad
  </rule>
  <rule>
    key message
    pattern /./
    tag good
  </rule>
</match>
<match bad>
  @type stdout
</match>
<match good>
  @type stdout
</match>
`;

test("a press on an output lists its events alone", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setConf(CONF);
  await desk.setLogs("one error\ntwo\nthree error\nfour\n");
  await expect(desk.chip("events out")).toContainText("4");
  await page.keyboard.press("Escape");
  const output = desk.results.getByRole("button", { name: /^match stdout · 2 bad/ });
  await output.focus();
  await page.keyboard.press("Enter");
  await expect(desk.grid.getByRole("row")).toHaveCount(3);
  await expect(desk.grid).toContainText("three error");
  await expect(desk.grid).not.toContainText("two");
});

test("two of the last runs are compared, whichever they are", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  for (const tag of ["one", "two", "three"]) {
    await desk.setConf(
      `${source(tag)}<match **>\n  @type stdout\n</match>\n`,
    );
    await expect(desk.grid.getByRole("gridcell", { name: tag, exact: true }).first()).toBeVisible();
  }
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox").fill("Last runs");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Last runs" });
  await expect(dialog.locator(".diff")).toContainText("tag two");
  await expect(dialog.locator(".diff")).toContainText("tag three");
  const before = dialog.getByRole("radio", { name: /^Before/ });
  await before.last().check();
  await expect(dialog.locator(".diff")).toContainText("# containerd writes CRI lines");
});
