// Dropped files: text, unpacked when it is gzip; long ones arrive piece by piece, with a way to stop.
import { engineFree, turn } from "./host";

/** More than this is not read: the editor and the engine hold the text several times. */
const LIMIT = 200 * 1024 * 1024;
/** Bytes read at once: what they become is cut into lines, drawn and sent in one task. */
const STEP = 512 * 1024;
/** Packed bytes become some twenty times as many, and are unpacked in one task. */
const PACKED_STEP = 8 * 1024;
/** A line that is longer comes in pieces too. */
const LONG_LINE = 8 * STEP;

/** A file's text as it comes; `count` hears how many bytes were read. */
async function textOf(file: File, count: (bytes: number) => void): Promise<ReadableStreamDefaultReader<string>> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  const step = zipped ? PACKED_STEP : STEP;
  const whole = file.stream().getReader();
  let read = new Uint8Array();
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(out) {
      while (read.length === 0) {
        const { done, value } = await whole.read();
        if (done) return out.close();
        read = value;
      }
      const part = read.subarray(0, step);
      read = read.subarray(step);
      count(part.length);
      out.enqueue(part);
    },
    cancel: () => whole.cancel(),
  });
  const plain = zipped ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  return plain.pipeThrough(new TextDecoderStream()).getReader();
}

/**
 * A text in pieces of about a step that end at line ends, but for a line that does not end: each becomes one
 * task of the page.
 */
async function* pieces(reader: ReadableStreamDefaultReader<string>): AsyncGenerator<string> {
  let parts: string[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const end = size < LONG_LINE ? value.lastIndexOf("\n") + 1 : value.length;
    if (end === 0 || size + end < STEP / 2) {
      parts.push(value);
      size += value.length;
      continue;
    }
    parts.push(value.slice(0, end));
    yield parts.join("");
    parts = [value.slice(end)];
    size = value.length - end;
  }
  if (size > 0) yield parts.join("");
}

/**
 * Gives the file to `take` piece by piece until it wants no more; shows how far it is, and a button that stops
 * it. False: the file is longer than what is read.
 */
export async function streamFile(file: File, take: (text: string) => boolean): Promise<boolean> {
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
    let size = 0;
    for await (const piece of pieces(reader)) {
      // Pieces that wait for the engine would cross in one long task.
      await engineFree();
      await turn();
      size += piece.length;
      if (stopped || size > LIMIT || !take(piece)) break;
    }
    await reader.cancel();
    return size <= LIMIT;
  } finally {
    box.remove();
  }
}

/** A short file as text. */
export async function readFile(file: File): Promise<string> {
  const parts: string[] = [];
  for await (const piece of pieces(await textOf(file, () => undefined))) parts.push(piece);
  return parts.join("");
}
