// A link carries the whole case to another browser, without a server; a bad one says what is wrong.
import { Desk } from "./desk";
import { expect, expectOwnFilesOnly, test, watch } from "./story";

const LINES = "2023-02-02T07:48:11.576765119Z stdout F shared line 一\n2023-02-02T07:48:12.5Z stdout F second\n";

async function shareLink(desk: Desk): Promise<string> {
  await desk.page.getByRole("button", { name: "Share", exact: true }).click();
  const link = await desk.offeredLink();
  await desk.page.keyboard.press("Escape");
  return link;
}

test("a link opens the same case in another browser, asking for nothing but the site's files", async ({
  page,
  browser,
  baseURL,
}) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setLogs(LINES);
  await expect(desk.grid).toContainText("shared line 一");
  const link = await shareLink(desk);
  expect(link.startsWith(`${baseURL}#1`)).toBe(true);
  expect(link.length).toBeLessThan(1100);

  const other = await browser.newContext();
  const visitor = new Desk(await other.newPage());
  const seen = watch(visitor.page);
  await visitor.open(link);
  await expect(visitor.grid).toContainText("shared line 一");
  await expect(visitor.page.getByText("opened from a link")).toBeVisible();
  await expect(await visitor.confEditor()).toHaveText(await (await desk.confEditor()).innerText(), { useInnerText: true });
  expectOwnFilesOnly(seen, baseURL ?? "");
  expect(seen.requests.filter((url) => url.includes(link.split("#")[1] ?? "-"))).toEqual([]);
  expect(seen.errors).toEqual([]);
  await other.close();
});

test("a link opened in the same window replaces the case", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setLogs(LINES);
  await expect(desk.grid).toContainText("shared line 一");
  const link = await shareLink(desk);
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F something else\n");
  await expect(desk.grid).not.toContainText("shared line 一");
  await page.evaluate((fragment) => (location.hash = fragment), `#${link.split("#")[1]}`);
  await expect(desk.grid).toContainText("shared line 一");
});

test("%23 in place of # is mended", async ({ page, seen }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setLogs(LINES);
  await expect(desk.grid).toContainText("shared line 一");
  const link = await shareLink(desk);
  await page.goto("about:blank");
  await page.goto(link.replace("#", "%23"));
  await expect(desk.grid).toContainText("shared line 一");
  // The server's own answer to the broken address is no fault of the page.
  seen.errors = seen.errors.filter((error) => !error.includes("404"));
});

for (const [name, fragment, words] of [
  ["cut", (link: string) => link.slice(0, link.length - 40), "is cut at"],
  ["damaged", (link: string) => `${link.slice(0, 60)}AAAA${link.slice(64)}`, "is damaged"],
  ["newer", (link: string) => `9${link.slice(1)}`, "newer playground"],
] as const) {
  test(`a ${name} link says so and the page works`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    const link = await shareLink(desk);
    await page.goto("about:blank");
    await desk.open(`./#${fragment(link.split("#")[1] ?? "")}`);
    await expect(page.getByText(words)).toBeVisible();
    await expect(desk.chip("events out")).toBeVisible();
  });
}

test("a secret in the lines is masked in the link unless asked otherwise", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setLogs("2023-02-02T07:48:11.5Z stdout F login password=hunter2 ok\n");
  await expect(desk.grid).toContainText("hunter2");
  const link = await shareLink(desk);
  await page.goto("about:blank");
  await desk.open(link);
  await expect(desk.grid).toContainText("login password=xxxxxx0 ok");
});

test("the logs can stay at home", async ({ page }) => {
  const desk = new Desk(page);
  await desk.open();
  await desk.setLogs(LINES);
  await expect(desk.grid).toContainText("shared line 一");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const field = page.getByRole("dialog").getByLabel("Link");
  const whole = await desk.offeredLink();
  await page.getByRole("button", { name: "Without the logs" }).click();
  await expect(field).not.toHaveValue(whole);
  const link = await desk.offeredLink();
  await page.keyboard.press("Escape");
  const conf = await (await desk.confEditor()).innerText();
  await page.goto("about:blank");
  await desk.open(link);
  await expect(desk.logEditor()).not.toContainText("shared line");
  await expect(await desk.confEditor()).toHaveText(conf, { useInnerText: true });
});
