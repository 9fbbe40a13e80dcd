//! A wasm file sorted by kind, so that it packs smaller.
//!
//! In a wasm file every instruction stands beside its operands. Sorted into streams (all opcodes, all
//! indices of locals, all offsets …) each is far more like its neighbours, and brotli, or whatever a web
//! server packs with, saves a sixth more. The sorted file is still a wasm file: its code section is a
//! custom section `split`. `www/src/unsplit.ts` is the way back; `tests/browser/split.spec.ts` holds
//! that it gives the very bytes back.

use anyhow::{Context, Result, bail, ensure};

/// The name of the section, read by `unsplit.ts`.
const NAME: &str = "split";

/// What `unsplit.ts` calls the streams by, in its order.
#[derive(Clone, Copy)]
#[repr(usize)]
enum Stream {
    Opcode,
    /// The declarations of a function's locals, and what is rare.
    Rest,
    Local,
    Load,
    Store,
    Call,
    Block,
    Branch,
    Table,
    Long,
    /// `i32.const`, by what comes after it: the first of [`CONSTANTS`] streams.
    Constant,
}

const CONSTANTS: usize = 7;
const STREAMS: usize = Stream::Constant as usize + CONSTANTS;

/// One module in its two forms.
pub struct Split {
    /// As a browser takes it. Alignments are hints, which no engine reads: each is the natural one.
    pub whole: Vec<u8>,
    /// As it is sent.
    pub sorted: Vec<u8>,
}

/// Sorts a module's code.
pub fn split(wasm: &[u8]) -> Result<Split> {
    const HEADER: usize = 8;
    const CODE: u8 = 10;
    let mut split = Split { whole: wasm[..HEADER].to_vec(), sorted: wasm[..HEADER].to_vec() };
    let mut reader = Reader { bytes: wasm, at: HEADER };
    while reader.at < wasm.len() {
        let start = reader.at;
        let id = reader.byte()?;
        let size = reader.number()?;
        let section = reader.take(size)?;
        if id == CODE {
            let code = Code::of(section)?;
            section_of(&mut split.whole, CODE, &code.whole);
            section_of(&mut split.sorted, 0, &code.sorted());
        } else {
            split.whole.extend_from_slice(&wasm[start..reader.at]);
            split.sorted.extend_from_slice(&wasm[start..reader.at]);
        }
    }
    Ok(split)
}

fn section_of(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    sized(out, content);
}

struct Code {
    functions: usize,
    whole: Vec<u8>,
    streams: [Vec<u8>; STREAMS],
}

impl Code {
    fn of(section: &[u8]) -> Result<Code> {
        let mut reader = Reader { bytes: section, at: 0 };
        let functions = reader.number()?;
        let mut code = Code { functions, whole: Vec::new(), streams: Default::default() };
        leb(&mut code.whole, functions);
        for _ in 0..functions {
            let size = reader.number()?;
            let body = reader.take(size)?;
            let mut function = Function { code: &mut code, body: Vec::new() };
            function.read(&mut Reader { bytes: body, at: 0 })?;
            let body = function.body;
            ensure!(body.len() == size, "a function's numbers are not in their shortest form");
            sized(&mut code.whole, &body);
        }
        Ok(code)
    }

    /// The section `split`: its name, how many functions, the size of the code section and of each
    /// stream, and the streams.
    fn sorted(&self) -> Vec<u8> {
        let mut out = Vec::new();
        sized(&mut out, NAME.as_bytes());
        leb(&mut out, self.functions);
        leb(&mut out, self.whole.len());
        self.streams.iter().for_each(|stream| leb(&mut out, stream.len()));
        self.streams.iter().for_each(|stream| out.extend_from_slice(stream));
        out
    }
}

fn sized(out: &mut Vec<u8>, content: &[u8]) {
    leb(out, content.len());
    out.extend_from_slice(content);
}

struct Function<'a> {
    code: &'a mut Code,
    body: Vec<u8>,
}

impl Function<'_> {
    fn read(&mut self, reader: &mut Reader) -> Result<()> {
        let groups = self.number(reader, Stream::Rest)?;
        for _ in 0..2 * groups {
            self.number(reader, Stream::Rest)?;
        }
        let mut depth = 1;
        while depth > 0 {
            let opcode = reader.byte()?;
            self.put(Stream::Opcode as usize, &[opcode]);
            match opcode {
                0x02..=0x04 => depth += 1,
                0x0B => depth -= 1,
                _ => {}
            }
            self.operands(opcode, reader).with_context(|| format!("instruction {opcode:#04x}"))?;
        }
        ensure!(reader.at == reader.bytes.len(), "a function ends before its end");
        Ok(())
    }

    fn operands(&mut self, opcode: u8, reader: &mut Reader) -> Result<()> {
        let one = match opcode {
            0x00 | 0x01 | 0x05 | 0x0B | 0x0F | 0x1A | 0x1B | 0x45..=0xC4 | 0xD1 => return Ok(()),
            0x20..=0x22 => Stream::Local,
            0x28..=0x35 => return self.memory(opcode, reader, Stream::Load),
            0x36..=0x3E => return self.memory(opcode, reader, Stream::Store),
            0x10 => Stream::Call,
            0x0C | 0x0D => Stream::Branch,
            0x02..=0x04 => Stream::Block,
            0x42 => Stream::Long,
            0x41 => {
                let number = reader.leb()?;
                let next = reader.peek()?;
                self.put(Stream::Constant as usize + constant(next), number);
                return Ok(());
            }
            0x0E => {
                let labels = self.number(reader, Stream::Table)?;
                return self.numbers(reader, Stream::Table, labels + 1);
            }
            0x43 => return self.raw(reader, 4),
            0x44 => return self.raw(reader, 8),
            0x11 | 0x1C => return self.numbers(reader, Stream::Rest, 2),
            0x23..=0x26 | 0x3F | 0x40 | 0xD0 | 0xD2 => Stream::Rest,
            0xFC => {
                let more = match self.number(reader, Stream::Rest)? {
                    0..=7 => 0,
                    9 | 11 | 13 | 15..=17 => 1,
                    8 | 10 | 12 | 14 => 2,
                    other => bail!("{other} is not known"),
                };
                return self.numbers(reader, Stream::Rest, more);
            }
            0xFD => return self.vector(reader),
            _ => bail!("not known"),
        };
        self.numbers(reader, one, 1)
    }

    /// An instruction of sixteen bytes at a time; there are few, and all they have goes to the rest.
    fn vector(&mut self, reader: &mut Reader) -> Result<()> {
        let (numbers, bytes) = match self.number(reader, Stream::Rest)? {
            0..=11 | 92 | 93 => (2, 0),
            12 | 13 => (0, 16),
            21..=34 => (0, 1),
            84..=91 => (2, 1),
            14..=255 => (0, 0),
            other => bail!("vector {other} is not known"),
        };
        self.numbers(reader, Stream::Rest, numbers)?;
        self.raw(reader, bytes)
    }

    /// A load or a store: the hint of its alignment is replaced.
    fn memory(&mut self, opcode: u8, reader: &mut Reader, stream: Stream) -> Result<()> {
        let hint = reader.number()?;
        ensure!(hint < 4, "a second memory");
        self.body.push(NATURAL[usize::from(opcode - 0x28)]);
        self.numbers(reader, stream, 1)
    }

    fn numbers(&mut self, reader: &mut Reader, stream: Stream, count: usize) -> Result<()> {
        for _ in 0..count {
            self.put(stream as usize, reader.leb()?);
        }
        Ok(())
    }

    fn number(&mut self, reader: &mut Reader, stream: Stream) -> Result<usize> {
        let start = reader.at;
        self.numbers(reader, stream, 1)?;
        Reader { bytes: reader.bytes, at: start }.number()
    }

    fn raw(&mut self, reader: &mut Reader, count: usize) -> Result<()> {
        let bytes = reader.take(count)?;
        self.put(Stream::Rest as usize, bytes);
        Ok(())
    }

    fn put(&mut self, stream: usize, bytes: &[u8]) {
        self.body.extend_from_slice(bytes);
        self.code.streams[stream].extend_from_slice(bytes);
    }
}

/// The natural alignments of 0x28 (`i32.load`) to 0x3E (`i64.store32`), as powers of two.
const NATURAL: [u8; 23] = [2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2];

/// Which stream an `i32.const` goes to, by the opcode after it.
fn constant(next: u8) -> usize {
    match next {
        0x6A => 0,
        0x41 => 1,
        0x36..=0x3E => 2,
        0x20..=0x22 => 3,
        0x45..=0x66 => 4,
        0x10 => 5,
        _ => 6,
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Result<u8> {
        self.bytes.get(self.at).copied().context("ends too soon")
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at + count).context("ends too soon")?;
        self.at += count;
        Ok(taken)
    }

    /// The bytes of one number.
    fn leb(&mut self) -> Result<&'a [u8]> {
        let start = self.at;
        while self.byte()? & 0x80 != 0 {}
        Ok(&self.bytes[start..self.at])
    }

    fn number(&mut self) -> Result<usize> {
        let bytes = self.leb()?;
        ensure!(bytes.len() <= 5, "a number is too long");
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7F)))
    }
}

fn leb(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}
