# Evaluates each line of standard input (a JSON string of Ruby code) as record_transformer does, and
# prints what came out: {"v": inspect} or {"e": class, "m": message}.
require "json"
require "time"
require "socket"
require "base64"

class Expander
  def expand(__code__, tag, time, record, tag_parts, tag_prefix, tag_suffix, hostname)
    instance_eval(__code__)
  end
end

RECORD = JSON.parse(File.read(ARGV.fetch(0), encoding: "UTF-8"))
$VERBOSE = nil
STDIN.set_encoding("UTF-8")
STDOUT.set_encoding("UTF-8")
$stderr.reopen(File::NULL)
$stdout = File.open(File::NULL, "w")
tag = "kubernetes.var.log.containers.web-1_default_app-0123.log"
parts = tag.split(".")
prefix = parts.each_index.map { |i| parts[0..i].join(".") }
suffix = parts.each_index.map { |i| parts[i..].join(".") }
STDIN.each_line do |line|
  code = JSON.parse(line)
  record = Marshal.load(Marshal.dump(RECORD))
  time = Time.at(1675324091, 576765119, :nsec)
  answer =
    begin
      value = Expander.new.expand(code, tag.dup, time, record, parts.map(&:dup), prefix.map(&:dup), suffix.map(&:dup), "test-host")
      { v: value.inspect.b.force_encoding("UTF-8").scrub, r: record.inspect.b.force_encoding("UTF-8").scrub }
    rescue Exception => e
      { e: e.class.name, m: e.message.b.force_encoding("UTF-8").scrub, r: record.inspect.b.force_encoding("UTF-8").scrub }
    end
  STDOUT.puts JSON.generate(answer)
  STDOUT.flush
end
