// What is sent sorted by kind becomes the module that was built.
import { readFile } from "node:fs/promises";
import { unsplit } from "../../www/src/unsplit";
import { expect, test } from "./story";

const GENERATED = new URL("../../www/generated/", import.meta.url);

for (const name of ["page", "worker"]) {
  test(`${name}: sorted, it is put together to the very bytes that were built`, async () => {
    const whole = await readFile(new URL(`${name}/whole.wasm`, GENERATED));
    const sorted = await readFile(new URL(`${name}/${name}_bg.wasm`, GENERATED));
    expect(sorted.equals(whole)).toBe(false);
    expect(whole.equals(unsplit(sorted))).toBe(true);
    expect(WebAssembly.validate(whole)).toBe(true);
  });
}

test("a module that is not sorted stays as it is", async () => {
  const whole = await readFile(new URL("worker/whole.wasm", GENERATED));
  expect(whole.equals(unsplit(whole))).toBe(true);
});
