// The way back of xtask/src/split.rs: the code of a wasm file is sent sorted by kind (all opcodes, all
// indices of locals ...), because that packs smaller, and is put together again here.

const HEADER = 8;
const CODE = 10;
/** "split", with its length before it. */
const NAME = [5, 0x73, 0x70, 0x6c, 0x69, 0x74];

// The streams, in split.rs's order. An instruction with one number has its stream as its kind.
const OPCODE = 0, REST = 1, LOCAL = 2, LOAD = 3, STORE = 4, CALL = 5, BLOCK = 6, BRANCH = 7, TABLE = 8, LONG = 9;
const CONSTANT = 10;
const STREAMS = CONSTANT + 7;
// The kinds of the other instructions.
const NONE = 0, PAIR = 11, F32 = 12, F64 = 13, PREFIX = 14, VECTOR = 15;

const KINDS = ranges(NONE, [
  [0x02, 0x04, BLOCK], [0x0c, 0x0d, BRANCH], [0x0e, 0x0e, TABLE], [0x10, 0x10, CALL], [0x11, 0x11, PAIR],
  [0x1c, 0x1c, PAIR], [0x20, 0x22, LOCAL], [0x23, 0x26, REST], [0x28, 0x35, LOAD], [0x36, 0x3e, STORE],
  [0x3f, 0x40, REST], [0x41, 0x41, CONSTANT], [0x42, 0x42, LONG], [0x43, 0x43, F32], [0x44, 0x44, F64],
  [0xd0, 0xd0, REST], [0xd2, 0xd2, REST], [0xfc, 0xfc, PREFIX], [0xfd, 0xfd, VECTOR],
]);
/** The stream of a constant, by the opcode after it. */
const AFTER = ranges(CONSTANT + 6, [
  [0x6a, 0x6a, CONSTANT], [0x41, 0x41, CONSTANT + 1], [0x36, 0x3e, CONSTANT + 2],
  [0x20, 0x22, CONSTANT + 3], [0x45, 0x66, CONSTANT + 4], [0x10, 0x10, CONSTANT + 5],
]);
/** The natural alignments of the opcodes 0x28 to 0x3e. */
const NATURAL = Uint8Array.of(2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2);
/** How many numbers follow the instructions 8 to 17 behind 0xfc. */
const MORE = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

function ranges(other: number, list: [number, number, number][]): Uint8Array {
  const table = new Uint8Array(256).fill(other);
  for (const [from, to, value] of list) table.fill(value, from, to + 1);
  return table;
}

/** The whole module of a file on the site. */
export async function fetchWhole(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return unsplit(new Uint8Array(await response.arrayBuffer()));
}

/** The whole module; one that is not sorted is given back as it is. */
export function unsplit(file: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let at = HEADER; at < file.length; ) {
    const [size, content] = number(file, at + 1);
    if (file[at] === 0 && NAME.every((byte, index) => file[content + index] === byte)) {
      const code = new Code(file, content + NAME.length).read();
      const head = [CODE, ...leb(code.length)];
      const rest = file.subarray(content + size);
      const whole = new Uint8Array(at + head.length + code.length + rest.length);
      whole.set(file.subarray(0, at));
      whole.set(head, at);
      whole.set(code, at + head.length);
      whole.set(rest, whole.length - rest.length);
      return whole;
    }
    at = content + size;
  }
  return new Uint8Array(file);
}

class Code {
  /** Where each stream is read next. */
  #heads = new Uint32Array(STREAMS);
  #functions: number;
  #out: Uint8Array;
  #end = 0;

  constructor(private file: Uint8Array, start: number) {
    let size: number, at: number;
    [this.#functions, at] = number(file, start);
    [size, at] = number(file, at);
    this.#out = new Uint8Array(size);
    const sizes: number[] = [];
    while (sizes.length < STREAMS) {
      [size, at] = number(file, at);
      sizes.push(size);
    }
    for (const [stream, length] of sizes.entries()) {
      this.#heads[stream] = at;
      at += length;
    }
  }

  read(): Uint8Array {
    this.#write(leb(this.#functions));
    for (let at = 0; at < this.#functions; at += 1) {
      const start = this.#end;
      this.#body();
      const size = leb(this.#end - start);
      this.#out.copyWithin(start + size.length, start, this.#end);
      this.#out.set(size, start);
      this.#end += size.length;
    }
    return this.#out;
  }

  #write(bytes: ArrayLike<number>): void {
    this.#out.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #body(): void {
    this.#copy(REST, 2 * this.#number(REST));
    for (let depth = 1; depth > 0; ) {
      const at = this.#heads[OPCODE] as number;
      this.#heads[OPCODE] = at + 1;
      const opcode = this.file[at] as number;
      this.#out[this.#end++] = opcode;
      const kind = KINDS[opcode] as number;
      if (kind === BLOCK) depth += 1;
      else if (opcode === 0x0b) depth -= 1;
      if (kind !== NONE) this.#operands(kind, opcode, at);
    }
  }

  #operands(kind: number, opcode: number, at: number): void {
    if (kind === CONSTANT) this.#copy(AFTER[this.file[at + 1] as number] as number, 1);
    else if (kind === TABLE) this.#copy(TABLE, this.#number(TABLE) + 1);
    else if (kind === PAIR) this.#copy(REST, 2);
    else if (kind === F32) this.#raw(4);
    else if (kind === F64) this.#raw(8);
    else if (kind === PREFIX) this.#copy(REST, MORE[this.#number(REST) - 8] ?? 0);
    else if (kind === VECTOR) this.#vector(this.#number(REST));
    else {
      if (kind === LOAD || kind === STORE) this.#out[this.#end++] = NATURAL[opcode - 0x28] as number;
      this.#copy(kind, 1);
    }
  }

  #vector(which: number): void {
    const lane = which > 83 && which < 92;
    if (which < 12 || lane || which === 92 || which === 93) this.#copy(REST, 2);
    if (which === 12 || which === 13) this.#raw(16);
    else if (lane || (which > 20 && which < 35)) this.#raw(1);
  }

  /** Numbers of a stream. */
  #copy(stream: number, count: number): void {
    const { file } = this;
    let from = this.#heads[stream] as number;
    for (let left = count; left > 0; left -= 1) {
      let byte: number;
      do {
        byte = file[from++] as number;
        this.#out[this.#end++] = byte;
      } while (byte > 127);
    }
    this.#heads[stream] = from;
  }

  /** The same with one, and what it is. */
  #number(stream: number): number {
    const [value] = number(this.file, this.#heads[stream] as number);
    this.#copy(stream, 1);
    return value;
  }

  #raw(count: number): void {
    const from = this.#heads[REST] as number;
    this.#write(this.file.subarray(from, from + count));
    this.#heads[REST] = from + count;
  }
}

/** A number of wasm's, and where it ends. */
function number(file: Uint8Array, start: number): [number, number] {
  let value = 0, at = start, byte: number;
  do {
    byte = file[at] as number;
    value += (byte & 127) * 2 ** (7 * (at - start));
    at += 1;
  } while (byte > 127);
  return [value, at];
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
