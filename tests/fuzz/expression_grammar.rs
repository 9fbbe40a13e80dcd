//! Random expressions over the record of `tests/fuzz_expression.rs`: templates a type, filled with
//! others. `S` a String, `I` an Integer, `F` a Float, `A` an Array of Strings, `L` one of Integers,
//! `H` a Hash, `Y` a Symbol, `B` a test, `R` a Regexp, `T` a Time, `X` anything.

use super::grammar::Dice;

const STRINGS: &str = r##"record["log"]
record["level"]
record['msg']
record["s"]
record["u"]
record["e"]
"a,b,,c,"
"Hello World"
"2023-02-02T07:48:11Z"
'q\'x'
"x"
"ab12cd"
"az"
"1.5kg"
"-42"
tag
hostname
record["kubernetes"]["namespace_name"]
record.dig("kubernetes", "labels", "app")
tag_parts[3]
tag_parts.last
tag_prefix[1]
tag_suffix[-2]
S.to_s
S.strip
S.upcase
S.downcase
S.capitalize
S.swapcase
S.reverse
S.chomp
S.chop
S.lstrip
S.rstrip
S.squeeze
S.succ
S + S
S * 2
"a#{X}b#{I}"
"#{S}-#{Y}"
S.gsub(R, S)
S.sub(R, "<\\0>")
S.gsub(R) { |m| m.upcase }
S.gsub("l", "L" => "1", "l" => "2")
S.sub(/(?<n>\w+)/, '[\k<n>]')
S.tr("a-y", "b-z")
S.tr("^a-z", "*")
S.delete("l")
S.delete_prefix("he")
S.delete_suffix("ld")
S.ljust(12, ".")
S.rjust(12)
S.center(14, "*")
S[0]
S[0..3].to_s
S[1, 2].to_s
S[-3..].to_s
S[R].to_s
S[/(\w)(\w*)/, 2].to_s
S.split(" ").first.to_s
S.split(/[ ,]/).last.to_s
S.split("").join("-")
A.join(",")
A.first.to_s
L.join("+")
I.to_s
I.to_s(2)
F.to_s
F.round(1).to_s
Y.to_s
T.strftime("%Y-%m-%d %H:%M:%S.%L %z")
T.iso8601
T.utc.iso8601(3)
T.to_s
format("%05d|%s", I, S)
format("%.2f %5s %-6s|", F, S, Y)
"%s=%p" % [S, X]
"%x %o %b %e %+d" % [I.abs, I.abs, I.abs, F, I]
S.inspect
A.inspect
H.inspect
X.class.to_s
X.to_s
H.to_json
A.to_json
S.to_json
X.to_json
(B ? S : S)
(S if B).to_s
(record["nope"] || S)
(S && S)
S.then { |v| v + "!" }
S.dup << "x"
S.center(3)
S.partition("o").inspect
S.rpartition("o").last
S.each_char.to_a.join("|")
S.chars.first(3).join
S.insert(0, ">")
S.sub(R) { $~[0] + "!" }
(S =~ R ? $~.pre_match : "none")
(S.match(/(?<a>\w)(?<b>\w)/)&.[](:b)).to_s
S.slice(0, 3).to_s
record["log"].encoding.to_s
S.unpack("C*").first.to_s
S.unpack1("H4").to_s
[S].pack("m0")
Base64.strict_encode64(S)
case S when /^h/ then "h" when "info", "x" then "i" else "other" end
case I when 0..3 then "low" when Integer then "int" end
if B then S else S end
unless B then S end.to_s
begin; Integer(S).to_s; rescue => e; e.message; end
(Float(S) rescue "nf").to_s
(record.fetch("nope") rescue $!.message).to_s
H.keys.join(" ")
H.map { |k, v| "#{k}=#{v}" }.join("&")
S.each_line.map(&:chomp).join("/")
S.scan(R).inspect
S.scan(/(\w)(\d)?/).inspect
S.hex.to_s
x = S; x << "y"; x
x, y = S.split("o", 2); "#{y}#{x}"
x = nil; x ||= S; x
S.prepend("p")
S.replace("r")
S.tr_s("l", "r")
S.count("lo").to_s
S.casecmp?(S).to_s
S.ord.to_s rescue "empty"
%w[a b c].each_with_index.map { |v, i| "#{i}#{v}" }.join
File.basename(S)
File.extname("/a/b.tar.gz")
"日本語".chars.last
"é".bytes.inspect
S.unicode_normalize
S.start_with?("h").to_s
"\u3042\t\e[0m\x01".inspect
'a\nb'.length.to_s"##;

const INTEGERS: &str = r#"record["n"]
0
1
-3
42
1_000
0x1f
S.length
S.size
S.to_i
S.bytesize
A.size
L.sum
L.first
I + I
I - I
I * I
I / 3
I / -2
I % 4
I % -3
I ** 2
-I
I.abs
I.succ
I.pred
I & 6
I | 1
I ^ 3
I << 2
I >> 1
~I
F.to_i
F.round
F.floor
F.ceil
F.truncate
L.max
L.min
L.inject(:+)
L.reduce(0) { |a, b| a + b }
S.index("o").to_i
S.rindex("o").to_i
(S =~ R).to_i
S.count("a-z")
T.to_i
T.year
T.month
T.day
T.hour
T.min
T.sec
T.usec
T.nsec
T.wday
T.yday
H.size
H.keys.size
A.index("a").to_i
(B ? I : I)
I.clamp(0, 9)
I.divmod(3).last
I.gcd(12)
I.digits.sum rescue 0
(I <=> I)
(S <=> S)
S.sum
A.count { |v| v > "a" }
I.bit_length
Integer("0b11", 2)
I.round(-1)
I.pow(2)
S.hash.class.to_s.length
2 + 3 * I
(2 + 3) * I
-2 ** 2
10 - 2 - I
7.fdiv(2).to_i
I.to_s.to_i
x = I; x += 2; x * 3
I.times.to_a.size rescue -1
S.scan(/o/).size
record.dig("objs", 0, "v")
record["objs"].sum { |o| o["v"] }
Time.at(0).to_i
I.zero? ? 1 : 2"#;

const FLOATS: &str = r#"record["f"]
2.75
-0.5
1e3
1.0e-7
I.to_f
I / 2.0
I * 1.5
F + 1
F - F
F * 2
F / 3
F % 1
F.abs
F.round(2)
F.floor(1)
F.ceil(1)
S.to_f
T.to_f
I.fdiv(4)
L.sum / 2.0
L.sum.to_f
-F
F ** 2
1.1 + 2.2
100.0
1e20
123456789.123456789
[0.1, 0.2, 0.3].sum
(time.to_f * 1000).floor / 1000.0"#;

const ARRAYS: &str = r#"record["words"]
%w[x y z]
["b", "a"]
[]
S.split(" ")
S.split(",")
S.split(",", -1)
S.split(/\s+/, 2)
S.split
S.chars
S.lines
A.sort
A.reverse
A.uniq
A.compact
A.map(&:upcase)
A.map { |v| v + "!" }
A.select { |v| v > "a" }
A.reject(&:empty?)
A + A
A - ["a"]
A & ["a", "b"]
A | ["q"]
A.first(2)
A.last(2)
A[0..1]
A[1..].to_a
A.take(1)
A.drop(1)
A.sort_by { |v| v.length }
A.sort { |a, b| b <=> a }
A.rotate
A.flatten
A.each_slice(2).map(&:first)
A.each_cons(2).to_a.flatten
A.zip(A).flatten
A.dup.push("p")
A.dup << "p"
[*A, "s"]
[S, S]
[record["log"], record["level"]].compact
A.partition { |v| v < "b" }.flatten
A.each_with_object([]) { |v, m| m << v }
A.filter_map { |v| v if v != "a" }
A.take_while { |v| v != "c" }
A.group_by(&:size).values.flatten
H.keys.map(&:to_s)
("a".."e").to_a
("az".."bc").to_a
A.values_at(0, -1, 9).compact
A.min_by(&:length).to_s.chars
x = A.dup; x.delete("a"); x
x = A.dup; x.shift; x
x = A.dup; x.unshift("u"); x
x = A.dup; x.map!(&:to_s); x
x = A.dup; x.concat(["z"]); x.pop; x
tag_parts
tag.split(".")[0..2]"#;

const LISTS: &str = r#"record["arr"]
[3, 1, 2]
[1, 2, 2]
(1..5).to_a
(1...4).map { |n| n * n }
L.map { |n| n + 1 }
L.select(&:even?)
L.reject(&:odd?)
L.sort
L.sort.reverse
L.uniq
L.each_with_index.map { |n, i| n * i }
L.sort_by { |n| -n }
L.map.with_index(1) { |n, i| n + i }
L + [I]
[I, I]
L.inject { |a, b| a * b }.to_i.digits
L.minmax
S.bytes.first(3)
S.unpack("C*").first(2)
L.each_slice(2).map(&:sum)
L.flat_map { |n| [n, n] }
(0..10).step(5).to_a
1.step(7, 3).to_a
L.max(2)
L.chunk_while { |a, b| b == a + 1 }.map(&:size)
A.map(&:size)
L.tally.values
L.partition(&:even?).flatten
L.cycle.first(3)"#;

const HASHES: &str = r#"record
record["kubernetes"]
record["kubernetes"]["labels"]
{}
{"a" => I}
{a: 1, "b" => S}
{"k" => {"z" => nil}, "l" => A}
H.merge("m" => X)
H.select { |k, v| v.is_a?(String) }
H.reject { |k, v| v.nil? }
H.slice("log", "n")
H.except("arr")
H.compact
H.to_h { |k, v| [k.to_s.upcase, v.to_s] }
H.map { |k, v| [k, v.class.to_s] }.to_h
H.transform_values(&:to_s)
H.transform_keys(&:to_s)
H.sort_by { |k, v| k.to_s }.to_h
H.min_by { |k, v| v.to_s }.to_a.each_slice(2).to_h
H.each_with_object({}) { |(k, v), m| m[k] = v.to_s }
H.reduce({}) { |m, (k, v)| m[v.to_s] = k; m }
H.group_by { |k, v| v.class.to_s }
H.find { |k, v| v == 5 }.to_a.each_slice(2).to_h
A.to_h { |v| [v, v.size] }
A.tally
A.group_by { |v| v.size }
A.each_with_index.to_h
H.invert
H.filter_map { |k, v| [k, 1] if v }.to_h
H.sum { |k, v| 1 }.then { |n| {"n" => n} }
H.partition { |k, v| v }.first.to_h
H.any? ? H : {}
JSON.parse('{"a":[1,2.5,null,true],"b":"\u3042"}')
x = H.dup; x["new"] = 1; x
x = H.dup; x.delete("log"); x
x = H.dup; x.merge!("q" => 1); x
x = H.dup; x.each { |k, v| x[k] = v.to_s }; x
x = H.dup; x.delete_if { |k, v| v.nil? }; x
S.match(/(?<w>\w+)/)&.named_captures.to_h"#;

const SYMBOLS: &str = ":a
:\"b c\"
S.to_sym
:info
Y.upcase
Y.to_sym";

const TESTS: &str = r#"true
false
record["b"]
S == S
S != S
S =~ R
S !~ R
S.match?(R)
S.include?("l")
S.start_with?("h", "i")
S.end_with?("\n")
S.empty?
I > 3
I <= I
I == F
I.between?(1, 9)
I.zero?
I.even?
F > I
A.include?("a")
A.empty?
A.any? { |v| v == "a" }
A.all?(String)
A.none?
H.key?("log")
H.has_key?("nope")
H.empty?
H.any? { |k, v| v.nil? }
X.nil?
X.is_a?(String)
X.is_a?(Numeric)
X.respond_to?(:upcase)
!B
not(B)
B && B
B || B
(B and B)
(1..5).include?(I)
(1..5) === I
%w[info warn].include?(record["level"])
T > T
T == T
A == A
H == H
Y == :info
Y.to_s == "a"
X.eql?(X)
X == X
defined?(foo)
S > S
S.casecmp?("INFO")
A.one? { |v| v == "b" }
S.ascii_only?
S.valid_encoding?
X.instance_of?(Integer)
L.include?(2)
record.dig("a", "b").nil?
S.frozen? || true"#;

const REGEXPS: &str = r#"/l+/
/o/
/(\w+) (\w+)/
/[aeiou]/
/\d+/
/^h/i
/\s/
/ERROR|WARN/
/x*/
/(?<k>\w+)=(?<v>\S+)/
/日/
/\A\s*\z/
%r{/}
/\b/
/#{"o"}/
/(a)|(b)/"#;

const TIMES: &str = r#"time
Time.at(0)
time.utc
time + 3600
time - 0.5
Time.at(I)
time.getlocal("+09:00")
Time.parse("2023-02-02T07:48:11+09:00")
Time.utc(2024, 2, 29, 1, 2, 3)
Time.at(1.25)
Time.strptime("2023-01-02 03:04:05", "%Y-%m-%d %H:%M:%S")
time.round
Time.iso8601("2023-02-02T07:48:11.5Z")"#;

/// What may go wrong, on purpose.
const WRONG: &str = r##"record["nope"]["x"]
record["nope"].foo
record["log"] + 1
record["log"] + nil
1 + "a"
1 + nil
nil + 1
record["n"].upcase
record["log"].nope(1)
undefined_name
Integer("x")
Float("x")
1 / 0
1 % 0
1.0 / 0
record.fetch("nope")
[1, 2].fetch(9)
record["arr"].first.foo
[1, "a"].sort
[nil, 1].max
"a" > 1
1 < nil
1 <=> "a"
raise "boom"
raise ArgumentError, "bad"
raise ArgumentError
JSON.parse("{")
:a + 1
{}.foo
[].foo
true.foo
1.5.foo
:sym.foo
nil.foo
record["log"].split(1)
record["log"].gsub(1, "x")
record["log"]["x", 2]
record["arr"]["x"]
"abc".center
record["kubernetes"]["labels"]["app"]["x"]["y"]
record["f"]["x"]
record["b"]["x"]
record["b"] + 1
[1, 2].first("x")
"%d" % "x"
"%d" % nil
"%s %s" % ["a"]
"a".to_sym.to_proc.call
Time.at("x")
Time.parse("garbage")
time - "x"
"a" * -1
[1] + nil
{} + {}
nil.to_s.foo
record.log
record.dig("log", "x")
[3, 4].dig("x")
"x".match(nil)
("x" =~ "y")
Array(nil) + [1]
Integer(nil)
Integer([])
Float(nil)
5.upto
"a".encode("US-ASCII") + "é"
"é".encode("US-ASCII")
"é".encode("US-ASCII", undef: :replace, invalid: :replace)
"é".force_encoding("ASCII-8BIT") + "é"
"\xff".encode("UTF-16")
"\xff" =~ /x/
"é".b.inspect
"é".b + "a"
foo(1)
self.foo
record["log"] = "new"; record["log"]
record["log"] << "!"; record["log"]
record["kubernetes"]["x"] = 1; record["kubernetes"].size
record.delete("log")
record["log"].upcase!
record["level"].upcase!; record["level"]
record["log"].gsub!(/l/, "L"); record["log"]
record["log"].gsub!(/z/, "L")
record["log"].strip!
record["s"].strip!
record.merge!("z" => 1); record.keys.last
record.each { |k, v| v << "!" if v.is_a?(String) }; record["log"]
record["arr"].push(3); record["arr"]
record["arr"].map! { |n| n * 2 }
record["words"].sort!; record["words"].first
record["words"].each { |w| w.upcase! }; record["words"]
x = record["log"]; x << "?"; record["log"]
x = record["log"]; record["log"] = "other"; x
x = record["kubernetes"]; x["n"] = 1; x.delete("pod_name"); record["kubernetes"].keys
record["cnt"] ||= 3; record["cnt"] += 1
record.reject! { |k, v| v.nil? }; record.size
record.keep_if { |k, v| v.is_a?(String) }; record.keys
record.transform_values!(&:to_s); record["n"]
record.delete("nope") { |k| k + "?" }
record["new"] = record.delete("log"); record["new"]
record["msg"][0..4] = "WARN"; record["msg"]
record["msg"].slice!(0, 6)
record.tap { |r| r["t"] = 1 }.size
i = 0; while i < 3; i += 1; end; i
i = 0; i += 1 until i == 4; i
[1, 2, 3].each { |n| next if n == 2; break n * 10 if n == 3 }
[1, 2, 3].map { |n| next 0 if n == 2; n }
begin; raise KeyError, "k"; rescue ArgumentError => e; "a"; rescue IndexError => e; e.class.to_s + e.message; ensure; 1; end
begin; 1; rescue; 2; else; 3; ensure; 4; end
[[1, [2, 3]]].map { |a, (b, c)| a + b + c }
[1, 2, 3].map { _1 * 2 }
{a: 1}.map { |k, v| [k, v] }.flatten
a, b = 1, 2; [b, a]
a, b = [1]; b.inspect
[1, 2, *[3, 4]].sum
puts
"#{nil}#{:a}#{1.0}#{[1]}#{{1 => 2}}"
"a" "b"
?a + ?b
5.clamp(..3)
(1..)  .first(2)
("a".."c") === "b"
[1, 2, 3][-2..]
[1, 2, 3][3..].inspect
[1, 2, 3][4..].inspect
"abc"[3..].inspect
"abc"[4..].inspect
1_0.0
0.1 + 0.2
1e100.to_i.to_s.size
10 ** 20
2 ** 64 + 1
12345678901234567890 - 1
-7 / 2.0
7.0 // 2
record['log'].length > 5 ? "long" : "short"
record["log"].length>5?"long":"short"
record["n"].to_i>3 && record["b"] ? 1:2
record["x"]&.upcase || "none"
record["log"]&.upcase&.[](0, 2)
!record["nul"]
not record["nul"]
(record["n"] or 3)
record["n"] unless record["b"]
[record["n"], 3].max.to_s.rjust(5, "0")
record.to_a.first.inspect
record.find { |k, v| v.is_a?(Float) }&.first
record.sum { |k, v| v.is_a?(Integer) ? v : 0 }
record.sort.first(2).to_h
record.values_at("log", "nope")
record.key(5)
record.count
record.max_by { |k, v| v.to_s.size }.first
record.each_with_index.map { |(k, v), i| "#{i}#{k}" }.first(2)
record.reduce(0) { |a, (k, v)| a + k.size }
record["msg"][/id=(\d+)/, 1].to_i
record["msg"].match(/user=(?<user>\w+)/)[:user]
record["msg"] =~ /user=(\w+) id=(\d+)/ && "#{$1}/#{$2}"
$1
$~
record["msg"].scan(/(\w+)=(\S+)/).to_h
record["msg"].split(" ").map { |p| p.split("=") }.select { |p| p.size == 2 }.to_h.to_json
record["msg"].sub(/\A(\w+): /) { "[#{$1.downcase}] " }.strip
record["msg"].tr("\n", " ").squeeze(" ").strip
record["msg"].lines.map(&:chomp).reject(&:empty?).last
record["msg"].each_line(chomp: true).to_a
record["msg"].start_with?(/[A-Z]+/) ? $~[0] : nil
record["u"].encode("ASCII", invalid: :replace, undef: :replace, replace: "?")
record["u"].force_encoding("UTF-8").encode("US-ASCII", :invalid => :replace, :undef => :replace)
record["u"].unpack("U*").first(2)
record["u"].bytes.size
record["u"][1]
record["u"].index("日")
record["u"].byteslice(0, 2).valid_encoding?
record["u"].scrub("?")
record["u"].upcase
time.strftime("%s%L")
time.strftime("%FT%T.%3N%:z")
(time.to_f * 1000).to_i
time.to_i * 1000 + time.nsec / 1000000
time.utc.strftime("%Y.%m.%d")
Time.at(time).utc.iso8601(6)
time.to_a.size
time.monday?
(time - Time.at(0)).to_i
time.localtime("+09:00").hour
time.getlocal.zone
ENV["HOME_X"]
ENV["NOPE"] || "d"
ENV.fetch("NOPE", "z")
Socket.gethostname.class.to_s
hostname.split(".").first
tag_parts[3].split("_")
tag_parts[-2..].join(".")
tag.sub(/^kubernetes\./, "")
tag.split(".", 3).last
tag_suffix[4]
tag_prefix[-1]
tag[/containers\.(.+?)_/, 1]"##;

/// One expression.
pub(crate) fn expression(dice: &mut Dice) -> String {
    if dice.below(4) == 0 {
        return pick(dice, WRONG).to_owned();
    }
    let kind =
        [b'S', b'S', b'S', b'I', b'F', b'A', b'L', b'H', b'Y', b'B', b'T', b'X'][dice.below(12)];
    let mut out = String::new();
    fill(dice, kind, 0, &mut out);
    out
}

fn pick<'t>(dice: &mut Dice, table: &'t str) -> &'t str {
    let lines: Vec<&str> = table.lines().collect();
    lines[dice.below(lines.len())]
}

fn fill(dice: &mut Dice, kind: u8, depth: usize, out: &mut String) {
    let (table, leaves) = match kind {
        b'S' => (STRINGS, 23),
        b'I' => (INTEGERS, 6),
        b'F' => (FLOATS, 5),
        b'A' => (ARRAYS, 4),
        b'L' => (LISTS, 4),
        b'H' => (HASHES, 4),
        b'Y' => (SYMBOLS, 2),
        b'B' => (TESTS, 3),
        b'R' => (REGEXPS, 15),
        b'T' => (TIMES, 3),
        _ => {
            let kind = [b'S', b'I', b'F', b'A', b'L', b'H', b'Y', b'B'][dice.below(8)];
            return fill(dice, kind, depth, out);
        }
    };
    let lines: Vec<&str> = table.lines().collect();
    let among = if depth > 2 { leaves } else { lines.len() };
    let template = lines[dice.below(among)];
    if depth > 0 {
        out.push('(');
    }
    let bytes = template.as_bytes();
    let mut raw = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        let around = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(|b| {
                b.is_ascii_alphanumeric() || matches!(b, b'_' | b'%' | b'\\' | b':')
            })
        };
        let hole = b"SIFALHYBRTX".contains(&byte)
            && !around(at.checked_sub(1))
            && !around(Some(at + 1))
            && bytes.get(at + 1) != Some(&b'"')
            && bytes.get(at.wrapping_sub(1)) != Some(&b'"');
        if hole {
            out.push_str(&String::from_utf8_lossy(&raw));
            raw.clear();
            fill(dice, byte, depth + 1, out);
        } else {
            raw.push(byte);
        }
    }
    out.push_str(&String::from_utf8_lossy(&raw));
    if depth > 0 {
        out.push(')');
    }
}
