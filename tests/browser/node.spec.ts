// The imagined node: its clock and zone are what fluentd sees, and a link carries them.
import { Desk } from "./desk";
import { expect, test } from "./story";

const CONF = `<source>
  @type tail
  path /var/log/containers/*.log
  tag a
  read_from_head true
  <parse>
    @type regexp
    expression /^(?<time>[^ ]+ [^ ]+) (?<log>.*)$/
    time_format %Y-%m-%d %H:%M:%S
  </parse>
</source>
<match **>
  @type stdout
</match>
`;

test("times without a zone are read in the node's", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setConf(CONF);
  await desk.setLogs("2023-02-02 16:48:11 hello\n");
  await expect(desk.grid).toContainText("16:48:11.000000000");
  await page.getByRole("button", { name: "node: UTC" }).click();
  const zone = page.getByLabel("Time zone (TZ)");
  await zone.fill("Asia/Tokyo");
  await zone.press("Tab");
  await page.keyboard.press("Escape");
  await expect(desk.grid).toContainText("07:48:11.000000000");
  await expect(page.getByRole("button", { name: "node: Asia/Tokyo" })).toBeVisible();
});

test("a line without a time gets the clock of now", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setConf(CONF.replace(/ *expression[^\n]*\n *time_format[^\n]*\n/, "").replace("@type regexp", "@type none"));
  await desk.setLogs("no time here\n");
  await expect(desk.grid).toContainText(new Date().toISOString().slice(0, 10));
});
