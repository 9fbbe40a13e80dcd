// The oracle for reading: what Ruby 3.4 itself (npm: @ruby/3.4-wasm-wasi, @ruby/wasm-wasi,
// @bjorn3/browser_wasi_shim) says to each pattern. Reads lines {"p": pattern, "o": options}, writes
// them with "e" (error message or null), "f" (fixed_encoding?), "n" (names) and "w" (warnings of -W2).
//
//     npm install @ruby/3.4-wasm-wasi @ruby/wasm-wasi
//     node --liftoff-only reading.mjs < patterns.jsonl > answers.jsonl
//
// The interpreter crashes now and then; the pattern at hand is then told on stderr and left out.
import fs from "node:fs";
import { createRequire } from "node:module";
import readline from "node:readline";
import { DefaultRubyVM } from "@ruby/wasm-wasi/dist/node";

const require = createRequire(import.meta.url);
const binary = fs.readFileSync(
  process.env.RUBY_WASM ?? require.resolve("@ruby/3.4-wasm-wasi/dist/ruby.wasm"),
);
const module = await WebAssembly.compile(binary);

const boot = async () => {
  const { vm } = await DefaultRubyVM(module);
  vm.eval(`
    $VERBOSE = true
    class Capture
      def initialize = @parts = []
      def write(*parts) = parts.each { |part| @parts << part.to_s.dup.force_encoding("UTF-8") }.size
      def take = @parts.join.tap { @parts = [] }
    end
    CAPTURE = Capture.new
    def hex(text) = text.b.unpack1("H*")
    def read(pattern, options)
      pattern = [pattern].pack("H*").force_encoding("UTF-8")
      flags = { "i" => 1, "x" => 2, "m" => 4 }.sum { |letter, bit| options.include?(letter) ? bit : 0 }
      $stderr, kept = CAPTURE, $stderr
      answer = begin
        regexp = Regexp.new(pattern, flags)
        "O,#{regexp.fixed_encoding?},#{regexp.names.map { |name| hex(name) }.join(" ")}"
      rescue RegexpError => error
        "E,#{hex(error.message)}"
      ensure
        $stderr = kept
      end
      answer + "\\n" + hex(CAPTURE.take)
    end
    nil
  `);
  return vm;
};

const text = (hex) => Buffer.from(hex, "hex").toString("utf8");
let vm = await boot();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const item = JSON.parse(line);
  const hex = Buffer.from(item.p, "utf8").toString("hex");
  let answer;
  try {
    answer = vm.eval(`read("${hex}", "${item.o}")`).toString();
  } catch (error) {
    console.error("crashed on", JSON.stringify(item.p), String(error).slice(0, 80));
    vm = await boot();
    continue;
  }
  const [result, warnings] = answer.split("\n");
  const [kind, first, names] = result.split(",");
  item.e = kind === "E" ? text(first) : null;
  if (kind === "O") {
    item.f = first === "true";
    item.n = names ? names.split(" ").map(text) : [];
  }
  item.w = text(warnings).split("\n").filter(Boolean).map((w) => w.replace(/^.*?warning: /, ""));
  process.stdout.write(`${JSON.stringify(item)}\n`);
}
