// The author drops a long file: it comes piece by piece, can be stopped, and the page stays in hand.
import { Desk, source } from "./desk";
import { expect, test, type Page } from "./story";

const CONF = `${source("kubernetes.*")}<match **>
  @type stdout
</match>
`;

/** Drops a file of so many CRI lines, made in the page. */
async function drop(page: Page, name: string, lines: number): Promise<void> {
  await page.evaluate(
    async ({ name, lines }) => {
      const row = (at: number) => `2024-05-17T03:10:00.${String(at).padStart(9, "0")}Z stdout F message ${at}\n`;
      let body = new Blob(Array.from({ length: lines }, (_, at) => row(at)));
      if (name.endsWith(".gz")) {
        body = await new Response(body.stream().pipeThrough(new CompressionStream("gzip"))).blob();
      }
      const data = new DataTransfer();
      data.items.add(new File([body], name));
      const area = document.querySelector(".logs");
      area?.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    { name, lines },
  );
}

for (const name of ["big-1_default_app-0123456789ab.log", "big-1_default_app-0123456789ab.log.gz"]) {
  test(`a dropped ${name.endsWith(".gz") ? "packed " : ""}file becomes a tab with every line of it`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.setConf(CONF);
    const tabs = await desk.logs.getByRole("tab").count();
    await drop(page, name, 60_000);
    await expect(desk.logs.getByRole("tab")).toHaveCount(tabs + 1);
    await expect(desk.logs.getByRole("tab", { selected: true })).toContainText("big-1_default_app-0123456789ab.log");
    await expect(page.getByRole("progressbar")).toBeHidden();
    await expect(desk.chip("lines")).toContainText("60,0");
    await desk.settled();
    await expect(desk.logs.getByText("message 0", { exact: false }).first()).toBeVisible();
  });
}

test("a long file can be stopped, and what came of it stays", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await drop(page, "long.log", 600_000);
  await expect(page.getByRole("progressbar", { name: "long.log" })).toBeVisible();
  // Where it stands changes with the bar: the press is what counts.
  await page.getByRole("button", { name: "Stop" }).dispatchEvent("click");
  await expect(page.getByRole("progressbar")).toBeHidden();
  await desk.settled();
  await expect(desk.logs.getByText("message 0", { exact: false }).first()).toBeVisible();
});
