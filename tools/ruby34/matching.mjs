// The oracle for matching: what Ruby 3.4 itself (npm: @ruby/3.4-wasm-wasi, @ruby/wasm-wasi,
// @bjorn3/browser_wasi_shim) says to a pattern and texts. Speaks as the script in
// tests/fuzz/ruby.rs does: reads lines [pattern, option bits, [[text in hex, binary?], …]], answers
// each with a line. `FUZZ_RUBY34=FOLDER`, where the packages and this file are, makes the fuzz test ask
// it instead of `ruby`.
//
// The interpreter crashes now and then; the answer is then null, as for a pattern without an end.
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
    WARNED = []
    def Warning.warn(text, **) = WARNED << text.sub(/\\A.*?warning: /m, "").chomp
    Regexp.timeout = 1.0
    def hex(text) = text.b.unpack1("H*")
    def list(texts) = texts.map { |text| hex(text) }.join(",")
    def one(regexp, text)
      found = regexp.match(text)
      return "N" unless found
      "M" + (0...found.size).map { |n| found.begin(n) ? found.byteoffset(n).join(",") : "-" }.join(" ")
    rescue Regexp::TimeoutError
      raise
    rescue => error
      "R" + hex("#{error.class}: #{error.message}")
    end
    def ask(pattern, options, subjects)
      WARNED.clear
      pattern = [pattern].pack("H*").force_encoding("UTF-8")
      regexp = Regexp.new(pattern, options)
      warned = list(WARNED)
      answers = subjects.map do |text, binary|
        # A regexp is read again for a text in another encoding, and stays so: a new one each time.
        again = Regexp.new(pattern, options)
        one(again, [text].pack("H*").force_encoding(binary ? "ASCII-8BIT" : "UTF-8"))
      end
      names = regexp.named_captures.map { |name, groups| "#{hex(name)}:#{groups.join(",")}" }
      ["O", answers.join("|"), regexp.fixed_encoding?, names.join("|"), warned].join("\\n")
    rescue Regexp::TimeoutError
      "T"
    rescue RegexpError, ArgumentError => error
      ["E", hex(error.message), list(WARNED)].join("\\n")
    end
    nil
  `);
  return vm;
};

const text = (hex) => Buffer.from(hex, "hex").toString("utf8");
const texts = (list) => list.split(",").filter(Boolean).map(text);
const answer = (told) => {
  if (told === "N") return null;
  if (told[0] === "R") return text(told.slice(1));
  return told.slice(1).split(" ").map((span) => (span === "-" ? null : span.split(",").map(Number)));
};

let vm = await boot();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [pattern, options, subjects] = JSON.parse(line);
  const hex = Buffer.from(pattern, "utf8").toString("hex");
  const list = subjects.map(([text, binary]) => `["${text}",${binary}]`).join(",");
  let told = null;
  try {
    told = vm.eval(`ask("${hex}",${options},[${list}])`).toString().split("\n");
  } catch {
    vm = await boot();
  }
  if (told?.[0] === "O") {
    const names = told[3].split("|").filter(Boolean).map((pair) => pair.split(":"));
    told = [
      told[1] ? told[1].split("|").map(answer) : [],
      told[2] === "true",
      names.map(([name, groups]) => [text(name), groups.split(",").map(Number)]),
      texts(told[4]),
    ];
  } else {
    told = told?.[0] === "E" ? [text(told[1]), texts(told[2])] : null;
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
