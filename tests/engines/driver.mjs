// Firefox and WebKit as they are installed, driven without any package: Firefox by its own protocol
// (Marionette, the one that geckodriver speaks), WebKitGTK by WebKitWebDriver. Both take the commands of
// the W3C's WebDriver.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEYS = {
  Alt: "\uE00A", ArrowDown: "\uE015", ArrowLeft: "\uE012", ArrowRight: "\uE014", Backspace: "\uE003", Control: "\uE009",
  End: "\uE010", Enter: "\uE007", Escape: "\uE00C", F8: "\uE038", Home: "\uE011", Shift: "\uE008", Tab: "\uE004",
};

const has = (program) => spawnSync("which", [program]).status === 0;
const first = (...programs) => programs.find(has);
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tries until it works. */
async function patiently(what, attempt) {
  for (let turn = 0; ; turn += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (turn > 150) throw new Error(`${what} does not start`, { cause: error });
      await sleep(200);
    }
  }
}

const PREFERENCES = {
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "intl.accept_languages": "en-US",
  "network.captive-portal-service.enabled": false,
};

async function firefox(program) {
  const profile = mkdtempSync(join(tmpdir(), "engines-"));
  const port = await freePort();
  const lines = Object.entries({ ...PREFERENCES, "marionette.port": port });
  writeFileSync(join(profile, "user.js"), lines.map((pair) => `user_pref(${JSON.stringify(pair).slice(1, -1)});`).join("\n"));
  const child = spawn(program, ["--headless", "--marionette", "--no-remote", "--profile", profile], { stdio: "ignore" });
  const socket = await patiently(program, () => new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket)).on("error", reject);
  }));
  const waiting = new Map();
  let rest = Buffer.alloc(0);
  let number = 0;
  socket.on("data", (piece) => {
    rest = Buffer.concat([rest, piece]);
    for (let colon; (colon = rest.indexOf(":")) > 0; ) {
      const end = colon + 1 + Number(rest.subarray(0, colon));
      if (rest.length < end) return;
      const message = JSON.parse(rest.subarray(colon + 1, end));
      rest = rest.subarray(end);
      // The first message is a greeting.
      if (Array.isArray(message)) waiting.get(message[1])(message);
    }
  });
  const send = (name, params) => new Promise((resolve, reject) => {
    number += 1;
    waiting.set(number, ([, , error, result]) => (error ? reject(new Error(error.message)) : resolve(result?.value)));
    const text = JSON.stringify([0, number, name, params]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
  await send("WebDriver:NewSession", {});
  return {
    command: (name, params) => send(`WebDriver:${name}`, params),
    quit: async () => {
      socket.destroy();
      child.kill();
      await new Promise((resolve) => child.once("exit", resolve));
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PATHS = { ExecuteScript: "execute/sync", Navigate: "url", PerformActions: "actions" };

async function webkit(program, browser) {
  const port = await freePort();
  const [command, args] = process.env["DISPLAY"] ? [program, []] : ["xvfb-run", ["-a", "-s", "-screen 0 1920x1200x24", program]];
  const child = spawn(command, [...args, `--port=${port}`], {
    stdio: "ignore",
    detached: true,
    // Its sandbox wants more of a container than most give.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1" },
  });
  const send = async (path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, { method: body ? "POST" : "DELETE", body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (value?.error) throw new Error(value.message);
    return value;
  };
  const options = { binary: browser, args: ["--automation"] };
  const { sessionId } = await patiently(program, () => send("", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } }));
  return {
    command: (name, params) => send(`/${sessionId}/${PATHS[name]}`, params),
    quit: async () => {
      await send(`/${sessionId}`).catch(() => undefined);
      process.kill(-child.pid);
    },
  };
}

/** The engines with what starts them, or the name of what is missing. */
export function engines() {
  const fox = first("firefox", "firefox-esr");
  const driver = first("WebKitWebDriver");
  const browser = spawnSync("sh", ["-c", "ls /usr/lib*/*/webkit2gtk-4.*/MiniBrowser /usr/lib*/*/webkitgtk-6.*/MiniBrowser 2>/dev/null"]);
  const mini = String(browser.stdout).split("\n")[0];
  const display = process.env["DISPLAY"] || has("xvfb-run");
  return [
    { name: "Firefox", missing: fox ? "" : "no firefox or firefox-esr", start: () => firefox(fox) },
    {
      name: "WebKit",
      missing: driver && mini && display ? "" : "no WebKitWebDriver with MiniBrowser and xvfb-run (Debian: webkit2gtk-driver, xvfb)",
      start: () => webkit(driver, mini),
    },
  ];
}

/** A page in a driven browser. */
export class Page {
  constructor(driver) {
    this.driver = driver;
  }
  open(address) {
    return this.driver.command("Navigate", { url: address });
  }
  /** What a function gives in the page. */
  run(work, ...args) {
    return this.driver.command("ExecuteScript", { script: `return (${work}).apply(null, arguments)`, args });
  }
  /** Waits until the function gives something. */
  async until(work, ...args) {
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
      // A page that is being left runs nothing.
      const found = await this.run(work, ...args).catch(() => undefined);
      if (found) return found;
    }
    throw new Error(`never: ${work}`);
  }
  /** Keys one after the other; `Control+k` holds the first. */
  async press(...keys) {
    const actions = keys.flatMap((keys) => {
      const held = (keys.length > 1 ? keys.split("+") : [keys]).map((key) => KEYS[key] ?? key);
      const act = (type) => (value) => ({ type, value });
      return [...held.map(act("keyDown")), ...held.reverse().map(act("keyUp"))];
    });
    await this.driver.command("PerformActions", { actions: [{ type: "key", id: "keys", actions }] });
  }
  type(text) {
    return this.press(...text);
  }
  /** A press of the pointer into the beginning of an element. */
  async click(selector) {
    const [x, y] = await this.run((selector) => {
      const box = document.querySelector(selector).getBoundingClientRect();
      return [Math.round(box.left + Math.min(box.width / 2, 20)), Math.round(box.top + box.height / 2)];
    }, selector);
    const actions = [{ type: "pointerMove", x, y, duration: 0 }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.driver.command("PerformActions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }
}
