// Dropped files: text, unpacked when it is gzip; long ones arrive piece by piece, with a way to stop.
import { engineFree } from "./host";

/** More than this is not read: the editor and the engine hold the text several times. */
const LIMIT = 200 * 1024 * 1024;
/** So much at once: the page stays quick between two pieces. */
const PIECE = 512 * 1024;

async function textOf(file: File, count: (bytes: number) => void): Promise<ReadableStreamDefaultReader<string>> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, out) {
      count(part.byteLength);
      out.enqueue(part);
    },
  });
  const bytes = file.stream().pipeThrough(counted);
  const stream = zipped ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  return stream.pipeThrough(new TextDecoderStream()).getReader();
}

/** Gives the file to `take` in pieces that end at line ends; shows how far it is, and a button that stops it. */
export async function streamFile(file: File, take: (text: string) => void): Promise<void> {
  const japanese = document.documentElement.lang === "ja";
  const box = document.createElement("div");
  box.className = "reading";
  const bar = document.createElement("progress");
  bar.max = Math.max(file.size, 1);
  bar.setAttribute("aria-label", file.name);
  const stop = document.createElement("button");
  stop.type = "button";
  stop.textContent = japanese ? "中止" : "Stop";
  let stopped = false;
  stop.addEventListener("click", () => (stopped = true));
  box.append(file.name, bar, stop);
  document.body.append(box);
  try {
    const reader = await textOf(file, (bytes) => (bar.value += bytes));
    let rest = "";
    let size = 0;
    while (!stopped && size < LIMIT) {
      const { done, value } = await reader.read();
      if (done) break;
      rest += value;
      if (rest.length < PIECE) continue;
      const end = rest.lastIndexOf("\n") + 1;
      size += end;
      if (end > 0) take(rest.slice(0, end));
      rest = rest.slice(end);
      // The page draws, and hears the button; pieces that wait for the engine would cross in one long task.
      await new Promise((resolve) => setTimeout(resolve));
      await engineFree();
    }
    if (!stopped && size < LIMIT && rest !== "") take(rest);
    await reader.cancel();
  } finally {
    box.remove();
  }
}

/** A short file as text: up to the limit of one piece when it is packed. */
export async function readFile(file: File): Promise<string> {
  const reader = await textOf(file, () => undefined);
  const parts: string[] = [];
  for (let size = 0; size < LIMIT; ) {
    const { done, value } = await reader.read();
    if (done) return parts.join("");
    parts.push(value);
    size += value.length;
  }
  await reader.cancel();
  const text = parts.join("");
  return text.slice(0, text.lastIndexOf("\n") + 1);
}
