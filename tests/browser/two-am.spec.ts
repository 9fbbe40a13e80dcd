// The first minute of a tired person: what he pastes is not what the page had thought of.
import { Desk, source } from "./desk";
import { expect, test, type Locator } from "./story";

/** Pastes at the cursor, into whatever editor that is. */
async function pasteInto(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.evaluate((element, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

const stdout = "<match **>\n  @type stdout\n</match>\n";

test("a configuration that reads another path says so, and one press gives the file that path", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("GET / 200\n");
  await desk.setConf(source("nginx.access").replace("/var/log/containers/*.log", "/var/log/nginx/access.log") + stdout);
  await expect(desk.chip("not read")).toContainText("1");
  const call = desk.results.getByRole("button", { name: "Call the file /var/log/nginx/access.log" });
  await expect(desk.logs.getByRole("button", { name: "Call the file /var/log/nginx/access.log" })).toBeVisible();
  await call.click();
  await expect(desk.chip("event out")).toContainText("1");
  await expect(desk.logs.getByRole("tab", { name: "access.log" })).toBeVisible();
});

test("a section that is not closed is named where the events would be, and closed by one press", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf(source("kubernetes.*").replace("  </parse>\n", "") + stdout);
  await expect(desk.results.locator(".chip.boot")).toHaveText("fluentd does not start");
  await expect(desk.results).toContainText("<parse> of line 6 is not closed");
  await desk.results.getByRole("button", { name: "Add </parse>" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await expect(desk.chip("events out")).toContainText("8");
});

test("a label that is missing, and lines without a source, have their edits too", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf(source("kubernetes.*").replace("  @type tail", "  @type tail\n  @label @KUBE") + stdout);
  await desk.results.getByRole("button", { name: /^Take @label @KUBE out/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await expect(desk.chip("events out")).toContainText("8");

  await desk.setConf(stdout);
  await desk.logs.getByRole("button", { name: "Add a <source>" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await expect(desk.chip("not read")).toHaveCount(0);
});

test("what is pasted into the wrong editor goes where it belongs", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const conf = source("pasted.*") + stdout;
  await pasteInto(desk.logEditor(), conf);
  const editor = await desk.confEditor();
  await expect(editor).toContainText("tag pasted.*");
  await expect(desk.logEditor()).not.toContainText("<source>");

  // Another program's configuration opens what can be made of it.
  await pasteInto(editor, "[SERVICE]\n    Flush 5\n[INPUT]\n    Name tail\n    Path /var/log/app/*.log\n    multiline.parser docker, cri\n");
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("a configuration of Fluent Bit, another program");
  await expect(sheet.locator("pre")).toContainText("path /var/log/app/*.log");
});

test("what grep keeps out is not called lost", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("GET /healthz\nGET /a\n");
  const grep = "<filter **>\n  @type grep\n  <exclude>\n    key message\n    pattern /healthz/\n  </exclude>\n</filter>\n";
  await desk.setConf(source("kubernetes.*") + grep + stdout);
  await expect(desk.chip("dropped")).toContainText("1");
  await expect(desk.chip("lost later")).toHaveCount(0);
});

test("whoever begins with lines of his own is told what they are", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await page.getByRole("button", { name: "Paste my lines" }).click();
  await pasteInto(desk.logEditor(), "10.0.0.1 - - [05/Mar/2024:10:11:12 +0000] \"GET / HTTP/1.1\" 200 612 \"-\" \"curl/8.0\"\n");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("1 access log line.");
  await dialog.getByRole("button", { name: "Use this" }).first().click();
  await expect(page.getByText("The configuration was replaced.")).toBeVisible();
  await expect(desk.chip("event out")).toContainText("1");
});
