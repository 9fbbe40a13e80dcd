//! Expressions as configurations write them, each with what Ruby answers.

use super::object::Raised;
use super::{ConfigBinding, Embedded, Program};
use crate::fluent::environment::Environment;
use crate::ruby::version::RubyVersion;

fn environment() -> Environment {
    Environment {
        env: vec![("A".to_owned(), "x_y".to_owned()), ("EMPTY".to_owned(), String::new())],
        ruby: RubyVersion::V3_1,
        ..Environment::default()
    }
}

fn run(code: &str) -> Result<String, Raised> {
    let environment = environment();
    let program = Program::parse(code).map_err(|failed| Raised::NotSimulated {
        what: format!("{failed:?}"),
        span: Default::default(),
    })?;
    let printed = program.root.print();
    let again = Program::parse(&printed).unwrap_or_else(|e| panic!("{printed}: {e:?}"));
    assert_eq!(again.root.print(), printed, "printing is stable");
    let object = program.eval(&ConfigBinding { environment: &environment })?;
    Ok(object.inspect(RubyVersion::V3_1))
}

fn raised(code: &str) -> String {
    match run(code) {
        Err(Raised::Error(error)) => error.to_string(),
        other => format!("{other:?}"),
    }
}

/// As the official images ask for the family of the cluster's address.
#[test]
fn an_address_knows_its_family() {
    for (code, answer) in [
        ("IPAddr.new('10.96.0.1')", "#<IPAddr: IPv4:10.96.0.1/255.255.255.255>"),
        (
            "(h = 'fd00::1'; h = (IPAddr.new(h).ipv6? ? '[' + h + ']' : h rescue h); h)",
            "\"[fd00::1]\"",
        ),
        ("(h = 'api'; h = (IPAddr.new(h).ipv6? ? '[' + h + ']' : h rescue h); h)", "\"api\""),
    ] {
        assert_eq!(run(code).ok().as_deref(), Some(answer), "{code}");
    }
}

/// The answers are Ruby 3.1's own.
#[test]
fn expressions_answer_as_ruby_does() {
    for (code, answer) in [
        ("1 + 2 * 3 - 4 / 3", "6"),
        ("-7 / 2", "-4"),
        ("-7 % 3", "2"),
        ("2 ** 10", "1024"),
        ("1.5 + 1", "2.5"),
        ("ENV['A'].split('_')[1]", "\"y\""),
        ("ENV['NOPE'] || 'd'", "\"d\""),
        ("ENV['NOPE'].nil? ? 1 : 2", "1"),
        ("if ENV['EMPTY'].empty? then 'e' else 'f' end", "\"e\""),
        ("ENV.fetch('NOPE', 'z')", "\"z\""),
        ("ENV.fetch('NOPE') { |k| k + '!' }", "\"NOPE!\""),
        ("{'a' => 1, b: [2, nil]}", "{\"a\"=>1, :b=>[2, nil]}"),
        ("{'a' => {'b' => 5}}.dig('a', 'b')", "5"),
        ("nil&.foo", "nil"),
        ("nil.to_s + 'a'", "\"a\""),
        ("'a b  c'.split", "[\"a\", \"b\", \"c\"]"),
        ("'a,b,,'.split(',')", "[\"a\", \"b\"]"),
        ("'abc'[0, 2] + 'abc'[-1]", "\"abc\""),
        ("'abc'[1..]", "\"bc\""),
        ("x = 1; x + 1", "2"),
        ("(1 / 0) rescue 'r'", "\"r\""),
        ("not true", "false"),
        ("'%' * 3", "\"%%%\""),
        ("\"a#{1 + 1}b\"", "\"a2b\""),
        ("[3, 1, 2].sort.map { |n| n * 2 }.join('-')", "\"2-4-6\""),
        ("'a'.upcase == 'A' && !false", "true"),
        ("File.join('a', '/b/', 'c')", "\"a/b/c\""),
        ("%w[a b].include?('b')", "true"),
        ("'x'.to_sym", ":x"),
        ("'hello'.tr('el', 'ip')", "\"hippo\""),
        ("'0.1'.to_f.round(1)", "0.1"),
        ("1 <=> 2", "-1"),
        ("[1, [2, [3]]].flatten", "[1, 2, 3]"),
        ("'a'.nil? or 'b'", "\"b\""),
        ("begin; Integer('x'); rescue; 0; end", "0"),
        ("unless false then 'u' end", "\"u\""),
        ("Time.at(0).utc.iso8601", "\"1970-01-01T00:00:00Z\""),
        ("{a: 1}.to_json", "\"{\\\"a\\\":1}\""),
        ("'a1b22'.gsub(/\\d+/, '<\\0>')", "\"a<1>b<22>\""),
        ("'WARN x' =~ /warn/i ? 'w' : 'i'", "\"w\""),
        ("'k=v;l=w'.scan(/(\\w)=(\\w)/).flatten.first", "\"k\""),
        ("'ab-12'[/(?<w>\\w+)-(\\d+)/, :w]", "\"ab\""),
        ("'a, b;c'.split(/[,;]\\s*/)", "[\"a\", \"b\", \"c\"]"),
        ("'x'.match?(/y/)", "false"),
        ("'abc'.sub(/b/) { |m| m.upcase }", "\"aBc\""),
        ("'a'.then { |s| s + 'b' }", "\"ab\""),
        ("x = 'a'; y = x; y << 'b'; x", "\"ab\""),
        (
            "h = {'a' => ['b']}; h['a'].each { |s| s << 'c' }; h['d'] = 1; h",
            "{\"a\"=>[\"bc\"], \"d\"=>1}",
        ),
        ("case 5 when 1..3 then 'low' when Integer then 'int' end", "\"int\""),
        ("[1, 2, 3].map(&:to_s).each_with_index.map { |s, i| s * i }", "[\"\", \"2\", \"33\"]"),
        ("format('%05.1f|%-4s|%x', 3.14159, 'ab', 255)", "\"003.1|ab  |ff\""),
        ("i = 0; i += 1 while i < 5; i", "5"),
    ] {
        assert_eq!(run(code), Ok(answer.to_owned()), "{code}");
    }
}

#[test]
fn variables_share_what_stands_in_them_until_they_get_something_else() {
    for (code, want) in [
        ("(x = 'a'; x = x; x << 'b'; x)", "\"ab\""),
        ("(a = 's'; c = a; a = 't'; c << 'x'; c)", "\"sx\""),
        ("(a = 's'; b = a; a = b; b << 'y'; a)", "\"sy\""),
        ("(x = [['p'], 'q']; x = x[0]; x << 'r'; x)", "[\"p\", \"r\"]"),
    ] {
        assert_eq!(run(code).as_deref(), Ok(want), "{code}");
    }
}

#[test]
fn exceptions_are_rubys_own() {
    assert_eq!(raised("ENV.fetch('NOPE')"), "KeyError: key not found: \"NOPE\"");
    assert_eq!(raised("1 / 0"), "ZeroDivisionError: divided by 0");
    assert_eq!(raised("raise 'boom'"), "RuntimeError: boom");
    assert_eq!(raised("nil + 1"), "NoMethodError: undefined method `+' for nil:NilClass");
    assert_eq!(
        raised("undefined_thing"),
        "NameError: undefined local variable or method `undefined_thing' for #<Binding>"
    );
    assert_eq!(raised("'a' + 1"), "TypeError: no implicit conversion of Integer into String");
    assert_eq!(raised("1 + 'a'"), "TypeError: String can't be coerced into Integer");
}

#[test]
fn what_is_not_simulated_is_named() {
    for (code, name) in [
        ("`ls`", "shell command"),
        ("->(x) { x }", "lambda"),
        ("def x; end", "def"),
        ("File.read('/etc/passwd')", "File.read"),
        ("'a'.crypt('ab')", "String#crypt"),
        ("system('ls')", "system"),
    ] {
        match run(code) {
            Err(Raised::NotSimulated { what, .. }) => {
                assert!(what.contains(name), "{code}: {what}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[test]
fn marks_of_the_configuration_leave_the_evaluation() {
    assert_eq!(run("ENV['NOPE'] || use_nil"), Err(Raised::SetNil));
    assert_eq!(run("ENV['NOPE'] || use_default"), Err(Raised::SetDefault));
}

#[test]
fn embedded_code_ends_at_its_own_brace() {
    let end = |text: &str| match Program::parse_embedded(text, 0) {
        Embedded::Code { end, .. } => Some(end),
        _ => None,
    };
    assert_eq!(end("'}'}"), Some(3));
    assert_eq!(end("{'a'=>1}}"), Some(8));
    assert_eq!(end(" # comment }\n}"), Some(13));
    assert!(matches!(Program::parse_embedded("unclosed\nz 1\n", 0), Embedded::Unclosed));
    assert!(matches!(Program::parse_embedded("unclosed\n</a>\n", 0), Embedded::Syntax));
    assert!(matches!(Program::parse_embedded("ENV['A'}\"", 0), Embedded::Syntax));
}

#[test]
fn deep_nesting_and_long_runs_are_bounded() {
    let deep = "(".repeat(10_000);
    assert!(Program::parse(&deep).is_err());
    assert!(matches!(run("'aaaaaaaaaa' * 1000000"), Err(Raised::Budget(_))));
}
