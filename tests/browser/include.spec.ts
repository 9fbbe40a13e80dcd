// A configuration of several files: they are dropped together, anywhere, and @include finds them.
import { Desk } from "./desk";
import { expect, test } from "./story";

const MAIN = "@include parts.conf\n<match **>\n  @type stdout\n</match>\n";
const PART =
  "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tagg x\n  tag mine.*\n  read_from_head true\n  <parse>\n    @type cri\n  </parse>\n</source>\n";

test("fluent.conf and what it includes are dropped on the editor; a problem stands in its own file", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.oneFile();
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F from two files\n");
  const editor = await desk.confEditor();
  await editor.evaluate(
    (element, files) => {
      const data = new DataTransfer();
      for (const [name, text] of files) data.items.add(new File([text], name));
      element.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [
      ["parts.conf", PART],
      ["fluent.conf", MAIN],
    ] as [string, string][],
  );
  await expect(editor).toHaveText(MAIN.trimEnd(), { useInnerText: true });
  await expect(desk.grid).toContainText("mine.var.log.containers");
  await expect(desk.grid).toContainText("from two files");
  await expect(desk.logs.getByRole("tab", { name: /parts\.conf/ })).toHaveCount(1);
  await page.getByText("parts.conf:4").click();
  await expect(desk.logEditor()).toContainText("tagg x");
});
