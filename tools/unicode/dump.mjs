// Asks Ruby 3.4 itself (npm: @ruby/3.4-wasm-wasi, @ruby/wasm-wasi, @bjorn3/browser_wasi_shim) which
// code points every property of \p{…} and every type holds, and how every character folds.
//
//     npm install @ruby/3.4-wasm-wasi @ruby/wasm-wasi && node --liftoff-only dump.mjs > unicode.json
//
// The names are read out of the interpreter's own binary (the pool of `uniname2ctype`), so none is
// missed; each is then tried. `cargo xtask unicode unicode.json` turns the answer into tables.bin.
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { DefaultRubyVM } from "@ruby/wasm-wasi/dist/node";

const require = createRequire(import.meta.url);
const binary = await fs.readFile(
  process.env.RUBY_WASM ?? require.resolve("@ruby/3.4-wasm-wasi/dist/ruby.wasm"),
);
const { vm } = await DefaultRubyVM(await WebAssembly.compile(binary));

// Every C string around the pool's longest names that could be a property's name.
const marker = Buffer.from("graphemeclusterbreak=");
const first = binary.indexOf(marker);
const last = binary.lastIndexOf(marker);
const pool = binary.subarray(first - 60_000, last + 60_000).toString("latin1");
const names = [...new Set(pool.split("\0").filter((name) => /^[a-z0-9=.]{1,60}$/.test(name)))];

vm.eval(`
  ALL = ((0..0xd7ff).to_a + (0xe000..0x10ffff).to_a).pack("U*")
  def ranges(source)
    regexp = Regexp.new(source)
    ranges = []
    ALL.scan(regexp) { |run| ranges << run.ord << run[-1].ord }
    ranges.join(" ")
  rescue RegexpError
    nil
  end
  nil
`);
const ask = (source) => {
  const answer = vm.eval(`ranges(${JSON.stringify(source).replaceAll("#", "\\#")})`);
  const text = answer.toString();
  return answer.call("nil?").toString() === "true" ? null : text;
};

const properties = {};
for (const name of names) {
  const answer = ask(`\\p{${name}}+`);
  if (answer !== null) properties[name] = answer;
}
const brackets = {};
for (const name of ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print",
  "punct", "space", "upper", "xdigit", "word"]) {
  brackets[name] = ask(`[[:${name}:]]+`);
}
const folds = vm.eval(`
  ALL.each_char.filter_map { |c| f = c.downcase(:fold); [c.ord, *f.codepoints].join(" ") if f != c }.join("\\n")
`).toString().split("\n");
const unicode = vm.eval(`RbConfig rescue nil; RUBY_VERSION`).toString();
process.stdout.write(JSON.stringify({ ruby: unicode, properties, brackets, folds }, null, 1));
