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
        "reserve_time がないと、イベントの時刻はパースした文字列の時刻 (なければ現在時刻) になります",
        "Set reserve_time true.",
        "reserve_time true を指定してください。";
    PARSER_REFUSES = "filter/parser-refuses", Lost,
        "Records that this parser does not take go to the error stream",
        "このパーサーが受け付けないレコードは、エラーストリームへ送られます",
        "With reserve_data true and emit_invalid_record_to_error false they pass as they are.",
        "reserve_data true と emit_invalid_record_to_error false を指定すると、そのまま通ります。";
    NEEDS_RUBY = "filter/needs-ruby", Changed,
        "This placeholder needs enable_ruby true: without it the field becomes empty",
        "この書き方には enable_ruby true が必要です。なければ値が空になります",
        "Set enable_ruby true, or write ${record[\"key\"]}.",
        "enable_ruby true を指定するか、${record[\"key\"]} と書いてください。";
    KEPT_TWICE = "filter/kept-twice", Hint,
        "A record that does not parse goes on and to @ERROR as well",
        "パースできないレコードは、先へ進むと同時に @ERROR にも送られます",
        "Set emit_invalid_record_to_error false.",
        "emit_invalid_record_to_error false を指定してください。";
    RENEWED_TIME = "filter/renewed-time", Changed,
        "renew_time_key takes seconds since 1970: a text gives 1970",
        "renew_time_key は 1970 年からの秒数です。文字列では 1970 年になります",
        "Put a number there, such as ${time.to_f} with enable_ruby true.",
        "${time.to_f} (enable_ruby true) のような数値にしてください。";
    RUBY_SYNTAX = "filter/ruby-syntax", Fatal,
        "This is no Ruby: the error is not caught, and the source stops",
        "Ruby として正しくありません。この例外は捕捉されず、source が停止します",
        "Mend the expression; a ] needs its [ in a text with ${…}.",
        "式を直してください。${…} を含む文字列では ] に対応する [ が必要です。";
    NESTED_READ = "filter/nested-read", Hint,
        "Where an event lacks the outer field this raises, and the record fails",
        "外側のフィールドがないイベントでは例外になり、レコードが失敗します",
        "Read it with record.dig(\"a\", \"b\").",
        "record.dig(\"a\", \"b\") で読んでください。";
    NO_METADATA = "filter/no-metadata", Changed,
        "kubernetes_metadata reads the tag, and this tag has no file name in it",
        "kubernetes_metadata はタグからファイル名を読みますが、このタグには含まれていません",
        "End the source's tag with *.",
        "source の tag の末尾に * を付けてください。";
    METADATA_GROUPS = "filter/metadata-groups", Lost,
        "Without these groups in the pattern every event raises IndexError",
        "この名前のグループがないと、イベントごとに IndexError になります",
        "Name the groups namespace, pod_name, container_name and docker_id.",
        "namespace、pod_name、container_name、docker_id という名前のグループを書いてください。";
    FAILS_AND_GOES_ON = "filter/fails-and-goes-on", Changed,
        "Where this raises, the record goes to the error stream and on unchanged as well",
        "例外になると、レコードはエラーストリームに送られ、変更されないまま先へも進みます",
        "Let the expression end in rescue nil.",
        "式の最後に rescue nil を書いてください。";
    API_AT_START = "filter/api-at-start", Hint,
        "This filter asks the Kubernetes API when it starts: fluentd does not start if that refuses",
        "このフィルターは起動時に Kubernetes API に問い合わせます。拒否されると fluentd は起動しません",
        "Without kubernetes_url the metadata comes from the tag alone.",
        "kubernetes_url がなければ、メタデータはタグだけから作られます。";
}
