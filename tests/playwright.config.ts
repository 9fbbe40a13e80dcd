// Run by `cargo xtask test` and `cargo xtask bench page`, which serve the site and find the browser.
import { defineConfig } from "@playwright/test";

const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env["SITE"] ?? "http://127.0.0.1:8024/",
    locale: "en-US",
    timezoneId: "UTC",
    // A test that is about the service worker says so.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", ...quiet],
    },
  },
});
