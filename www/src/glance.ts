// The engine once more, on the page's own thread: it says what stands in sight, by the beginnings of
// the texts, in the frame of a key. The worker's answer follows and is what counts.
import init, { glance } from "../generated/worker/worker.js";

export type Glance = typeof glance;

/** Its code is the worker's, compiled already. */
export async function createGlance(module: WebAssembly.Module): Promise<Glance> {
  await init({ module_or_path: module });
  return glance;
}
