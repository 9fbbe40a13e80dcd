// The way from Docker to containerd: what breaks, what changes, and one edit that can be taken back.
import axe from "axe-core";
import { Desk } from "./desk";
import { expect, test, type Page } from "./story";

const CONF =
  "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  read_from_head true\n  <parse>\n    @type json\n  </parse>\n</source>\n<match **>\n  @type stdout\n</match>\n";
const CRI = "2023-02-02T07:48:11.5Z stdout F hello\n";

async function accessible(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== "running"));
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  expect(results.violations.map((violation) => violation.id)).toEqual([]);
}

test("what breaks is listed, the change is shown, made in one step and taken back in one", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs(CRI);
  await desk.setConf(CONF);
  await expect(desk.chip("not matched")).toContainText("1");
  await page.getByRole("button", { name: /^Export/ }).click();
  await page.getByRole("button", { name: /^Export for Kubernetes/ }).click();
  const sheet = page.getByRole("dialog", { name: "Export" });
  await sheet.getByRole("button", { name: "Move to containerd" }).click();
  await expect(sheet).toContainText("Line 7 · error json-parse-cri: CRI lines are not JSON");
  await expect(sheet).toContainText("It gives the same 1 events from the 1 lines on the screen");
  await sheet.getByRole("button", { name: "After it: containerd only" }).click();
  await expect(sheet.locator("pre")).toContainText("# CRI lines (containerd, CRI-O)");
  await accessible(page);
  await sheet.getByRole("button", { name: "Preview and apply…" }).click();
  const preview = page.getByRole("dialog", { name: "What changes" });
  await expect(preview).toContainText("Change it into fluent-cri.conf");
  await expect(preview.locator("[data-kind=gone]").first()).toContainText("@type json");
  await accessible(page);
  await preview.getByRole("button", { name: "Apply" }).click();
  await expect(preview).toBeHidden();
  await expect(desk.chip("event out")).toContainText(/^1 /);
  const editor = await desk.confEditor();
  await expect(editor).toContainText("# CRI lines");
  await editor.press("ControlOrMeta+z");
  await expect(editor).not.toContainText("# CRI lines");
  await expect(editor).toContainText("@type json");
});

test("a pasted manifest and a pasted policy are judged line by line", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  const paste = async (text: string) => {
    await page.getByRole("button", { name: /^Export/ }).click();
    await page.getByRole("button", { name: /^Import from another tool/ }).click();
    const sheet = page.getByRole("dialog", { name: "Import" });
    await sheet.getByRole("textbox").fill(text);
    await sheet.getByRole("button", { name: "Read" }).click();
    await expect(sheet).toContainText("For nodes with containerd");
    return sheet;
  };
  const pod = await paste("kind: Pod\nspec:\n  volumes:\n  - hostPath: {path: /var/run/docker.sock}\n");
  await expect(pod).toContainText("Line 4 · error docker-socket:");
  await expect(pod).toContainText("Not visible in a pasted text");
  await page.keyboard.press("Escape");
  const policy = await paste(
    '{"Version": "2012-10-17",\n"Statement": [{"Effect": "Allow", "Action": "autoscaling:*", "Resource": "*"}]}\n',
  );
  await expect(policy).toContainText("Line 2 · error ca-missing ec2:DescribeInstanceTypes");
});

test.describe("with a Japanese browser", () => {
  test.use({ locale: "ja-JP" });

  test("the findings and the change speak Japanese", async ({ page }) => {
    await page.goto("./");
    const conf = page.getByRole("region", { name: "設定" });
    await expect(conf.locator(".cm-content")).toBeVisible();
    await page.getByRole("button", { name: /^エクスポート/ }).click();
    await page.getByRole("button", { name: /^Kubernetes・/ }).click();
    const sheet = page.getByRole("dialog", { name: "エクスポート" });
    await sheet.getByRole("button", { name: "containerd への移行" }).click();
    await expect(sheet).toContainText("行目");
    await expect(sheet.getByRole("button", { name: "確認して適用…" })).toBeVisible();
    await accessible(page);
  });
});
