// The author keeps fluentd's own log: what it says of a lost line is an event of its own.
import { Desk } from "./desk";
import { expect, test } from "./story";

const CONF = `<source>
  @type tail
  path /var/log/containers/*.log
  tag app
  read_from_head true
  <parse>
    @type regexp
    expression /^(?<level>[A-Z]+) (?<text>.*)$/
  </parse>
</source>
<match app>
  @type stdout
</match>
<label @FLUENT_LOG>
  <match **>
    @type stdout
    @id own_log
  </match>
</label>
`;

test("a warning of fluentd reaches its label, with its record, its way and its story", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setConf(CONF);
  await desk.setLogs("INFO started\nodd line\n");
  const row = desk.grid.getByRole("row").filter({ hasText: "fluent.warn" });
  await expect(row).toContainText('pattern not matched: "odd line"');
  await row.click();
  await expect(page.getByText("fluentd says this of itself", { exact: false })).toBeVisible();
  await desk.results.getByRole("tab", { name: "Flow" }).click();
  await expect(desk.results.getByRole("button", { name: "fluent.*" })).toBeVisible();
  await desk.setLogs("INFO started\nINFO an odd line\n");
  await expect(desk.results.getByRole("button", { name: "fluent.*" })).toHaveCount(0);
});
