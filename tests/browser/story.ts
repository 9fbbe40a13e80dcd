// What every story has: a page that is watched. No console error, no request but the site's own files.
import { expect, test as base, type Locator, type Page } from "@playwright/test";

export { expect, type Locator, type Page };

interface Watch {
  /** Addresses asked for so far. */
  requests: string[];
  /** Console errors and uncaught exceptions so far; a story that provokes one empties this. */
  errors: string[];
}

export function watch(page: Page): Watch {
  const seen: Watch = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  return seen;
}

export function expectOwnFilesOnly(seen: Watch, site: string): void {
  const own = (url: string) => url.startsWith(site) || url.startsWith("blob:") || url.startsWith("data:");
  expect(seen.requests.filter((url) => !own(url))).toEqual([]);
}

export const test = base.extend<{ seen: Watch }>({
  seen: [
    async ({ page, baseURL }, use) => {
      const seen = watch(page);
      await use(seen);
      expect(seen.errors).toEqual([]);
      expectOwnFilesOnly(seen, baseURL ?? "");
    },
    { auto: true },
  ],
});
