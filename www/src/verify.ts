// Rust's `regex` crate, for the engine's worker: one task, one answer, and the worker's end. Loaded
// only when a sheet for another agent is asked for.
import { initSync, verify } from "../generated/verify/verify.js";
import crateWasm from "../generated/verify/verify_bg.wasm?url";
import { fetchWhole } from "./unsplit";

self.onmessage = ({ data }: MessageEvent<Uint8Array>) => {
  void run(data).catch(String).then((found) => self.postMessage(found));
};

async function run(task: Uint8Array): Promise<Uint32Array> {
  initSync({ module: await WebAssembly.compile(await fetchWhole(crateWasm)) });
  return verify(task);
}
