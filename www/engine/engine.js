// The engine as a module, for Node and for pages: see engine.d.ts. Beside it lie `worker.js` and
// `worker_bg.wasm`, the same files that the playground's worker runs.
import { initSync, run as runToJson } from "./worker.js";

const address = new URL("./worker_bg.wasm", import.meta.url);

async function bytes() {
  if (address.protocol !== "file:") return (await fetch(address)).arrayBuffer();
  const { readFile } = await import("node:fs/promises");
  return readFile(address);
}

initSync({ module: await WebAssembly.compile(await bytes()) });

const pairs = (files) => Object.entries(files ?? {}).flat();

export function run({ conf, files, includes, now = 0, tz = "UTC", runSeconds = 60 }) {
  const seconds = Math.floor(now instanceof Date ? now.getTime() / 1000 : now);
  const out = JSON.parse(runToJson(conf, pairs(files), pairs(includes), seconds, tz, runSeconds));
  for (const event of out.events) {
    event.recordJson = event.record;
    event.record = JSON.parse(event.recordJson);
  }
  return out;
}
