// The author writes sections by hand: what stands in one is a step deeper, and its closing tag is not.
import { Desk } from "./desk";
import { expect, test } from "./story";

test("Enter goes a step in after an opening tag, and a closing tag goes back to its opening one", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf("<match **>\n  @type stdout\n</match>\n");
  const editor = await desk.confEditor();
  await editor.press("ControlOrMeta+Home");
  for (const line of ["<filter **>", "@type grep", "<regexp>", "key log", "pattern /x/", "</regexp>", "</filter>"]) {
    await page.keyboard.type(line);
    // Whatever completions offer is not meant.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
  }
  await expect(editor.locator(".cm-line")).toHaveText([
    "<filter **>",
    "  @type grep",
    "  <regexp>",
    "    key log",
    "    pattern /x/",
    "  </regexp>",
    "</filter>",
    "<match **>",
    "  @type stdout",
    "</match>",
    "",
  ]);
});

test("what is pasted stands as it was", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setConf("<match **>\n@type stdout\n      </match>\n");
  const editor = await desk.confEditor();
  await expect(editor.locator(".cm-line")).toHaveText(["<match **>", "@type stdout", "      </match>", ""]);
});
