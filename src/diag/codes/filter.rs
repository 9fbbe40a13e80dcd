//! Codes of the area `filter/`.

super::codes! {
    KEY_MISSING = "filter/key-missing", Lost,
        "The filter names a field that no event has",
        "フィルターが指定するフィールドを持つイベントがありません",
        "Name a field that the events have; `@type cri` puts the text into `message`, not `log`.",
        "実際にあるフィールド名を指定してください。`@type cri` の本文は `log` ではなく `message` です。";
    PARSER_DROPS = "filter/parser-drops-fields", Changed,
        "Without reserve_data the parser filter drops all other fields",
        "reserve_data がないと、parser フィルターはほかのフィールドをすべて捨てます",
        "Set reserve_data true.",
        "reserve_data true を指定してください。";
    PARSER_TIME = "filter/parser-takes-time", Changed,
        "Without reserve_time the parsed text decides the event time",
        "reserve_time がないと、解析した文字列が時刻を決めます (なければ現在時刻です)",
        "Set reserve_time true.",
        "reserve_time true を指定してください。";
    NEEDS_RUBY = "filter/needs-ruby", Changed,
        "This placeholder needs enable_ruby true: without it the field becomes empty",
        "この書き方には enable_ruby true が必要です。なければ値が空になります",
        "Set enable_ruby true, or write ${record[\"key\"]}.",
        "enable_ruby true を指定するか、${record[\"key\"]} と書いてください。";
}
