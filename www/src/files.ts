// Dropped files: text, unpacked when it is gzip, cut at a limit.

/** More than this is not read: the editor and the engine hold the text several times. */
const LIMIT = 200 * 1024 * 1024;

export async function readFile(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  const stream = zipped ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
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
