//! Codes of the area `parser/`.

super::codes! {
    TYPES_WITHOUT_COLON = "parser/types-without-colon", Fatal,
        "An entry of types has no colon, and fluentd crashes on it",
        "types の項目にコロンがなく、fluentd は異常終了します",
        "Write field:type, for example size:integer.",
        "size:integer のように「フィールド:型」と書いてください。";
    GREEDY_TIME = "parser/greedy-time", Lost,
        "The greedy time group takes everything up to the last stream name in the line",
        "最長一致の time グループが、行の最後の stdout / stderr の手前まで取り込みます",
        "Use [^ ]+ for the time: a message that itself contains \" stdout F \" then no longer moves the split.",
        "time には [^ ]+ を使ってください。メッセージ中に「 stdout F 」があっても区切りがずれなくなります。";
    UNANCHORED = "parser/unanchored", Hint,
        "The expression may match anywhere in the line",
        "正規表現が行のどこにでも一致します",
        "Begin it with ^ (or \\A) when it describes the whole line.",
        "行全体を表すなら ^ (または \\A) で始めてください。";
    CRI_MESSAGE_FIELD = "parser/cri-message-field", Changed,
        "The cri parser writes message, but a filter looks for log",
        "cri パーサーのフィールドは message ですが、フィルターは log を探しています",
        "Let the filter use key message; with key log the records pass through unchanged.",
        "フィルターを key message にしてください。key log のままではレコードは素通りします。";
    CRI_INNER_TIME = "parser/cri-inner-time", Changed,
        "With an inner <parse> the time of the CRI line is thrown away",
        "内側に <parse> があると、CRI 行の時刻は捨てられます",
        "Parse the message in a <filter> of type parser with reserve_time true instead.",
        "代わりに、reserve_time true を付けた parser フィルターでメッセージをパースしてください。";
    CRI_INNER_PARTIAL = "parser/cri-inner-partial", Lost,
        "Partial lines, and lines that the inner parser does not understand, are lost",
        "部分行や、内側のパーサーが理解できない行は失われます",
        "Join partial lines by a concat filter first, then parse the message in a <filter>.",
        "先に concat フィルターで部分行を結合し、その後 <filter> でメッセージをパースしてください。";
    LTSV_BLANK = "parser/ltsv-blank", Changed,
        "A blank as delimiter also splits inside quoted values",
        "空白区切りでは、引用符の中の空白でも分割されます",
        "Use delimiter_pattern, or another format for values with blanks.",
        "delimiter_pattern を使うか、空白を含む値には別の形式を使ってください。";
    NGINX_ANCHORED = "parser/nginx-anchored", Hint,
        "The built-in nginx pattern takes the combined format and nothing more",
        "組み込みの nginx パターンは combined 形式だけに一致します",
        "Lines with more columns, such as a request time, need an expression of their own.",
        "リクエスト時間など列が増えている行には、独自の expression が必要です。";
    SYSLOG_NO_PRIORITY = "parser/syslog-no-priority", Hint,
        "A <pri> prefix would make the time unreadable",
        "行頭に <pri> があると時刻を読めません",
        "Set with_priority true when lines begin with <13> or the like.",
        "行が <13> のように始まるなら with_priority true を指定してください。";
    SYSLOG_AUTO = "parser/syslog-auto", Hint,
        "auto takes an ISO time straight after the priority for RFC 5424",
        "auto は、優先度の直後の ISO 時刻を RFC 5424 とみなします",
        "Name the message_format when all lines are of one kind.",
        "行の形式が 1 種類なら message_format を明示してください。";
    MULTI_FORMAT_TYPE = "parser/multi-format-type", Fatal,
        "A <pattern> of multi_format has no format, and fluentd crashes on it",
        "multi_format の <pattern> に format がなく、fluentd は異常終了します",
        "Inside <pattern> write format NAME, not @type NAME.",
        "<pattern> の中では @type ではなく format と書いてください。";
    DUAL_ZONES = "parser/dual-zones", Changed,
        "The two halves read the time in different zones",
        "2 つのパターンが時刻を別のタイムゾーンで読みます",
        "A letter Z in time_format is no zone: such a time is local. Write %z, or add utc true.",
        "time_format の文字 Z はタイムゾーンではなく、時刻はローカル時刻になります。%z を使うか utc true を加えてください。";
    GROK_NEVER_FAILS = "parser/grok-never-fails", Hint,
        "A line that no grok pattern matches is not reported: it becomes a message field",
        "grok に一致しない行は報告されず、message フィールドになります",
        "Set grok_failure_key to see these lines.",
        "grok_failure_key を指定すると、そのような行がわかります。";
    NAN = "parser/nan", Changed,
        "NaN or Infinity is read as a number, and JSON outputs break on it",
        "NaN や Infinity が数値として読まれ、JSON の出力で問題になります",
        "json_parser json or yajl does not take such lines.",
        "json_parser に json か yajl を指定すると、そのような行は一致しません。";
    EMPTY_ARRAY = "parser/empty-array", Lost,
        "An empty array becomes nothing, and nothing is logged",
        "空の配列からはイベントが作られず、ログにも何も出ません",
        "Such lines are gone without a trace.",
        "そのような行は、イベントにもログにも残りません。";
    CRI_PLAIN_TEXT = "parser/cri-plain-text", Lost,
        "Plain text with three blanks or more is split by the cri parser, and its first word is no time",
        "空白が 3 つ以上ある普通の行も cri パーサーは分割し、先頭の単語を時刻として読もうとします",
        "These lines are not from containerd; let multi_format try another parser.",
        "containerd の行ではありません。multi_format で別のパーサーを試してください。";
    CRI_SHIFTED = "parser/cri-shifted", Changed,
        "Two blanks in a row, or a missing field, shift the fields of a CRI line",
        "空白の連続や欠けたフィールドがあると、CRI 行のフィールドがずれます",
        "The parser splits at every single blank and checks nothing.",
        "パーサーは空白 1 つごとに区切るだけで、内容を確かめません。";
    CRI_NO_MESSAGE = "parser/cri-no-message", Lost,
        "A CRI line that ends right after its tag is not matched",
        "タグの直後で終わる CRI 行は一致しません",
        "The blank before an empty message was trimmed by whatever copied the lines.",
        "空のメッセージの前の空白が、コピーなどの際に取り除かれています。";
    ABSENT_GROUP = "parser/absent-group", Hint,
        "A group that takes no part in the match leaves no field",
        "一致に加わらなかったグループのフィールドは作られません",
        "Other parsers write null. Filters must expect the field to be missing.",
        "ほかのパーサーは null を入れます。フィルターではフィールドがない場合も考えてください。";
    CRI_INNER_TEXT = "parser/cri-inner-text", Lost,
        "The message is not what the <parse> within the cri parser reads: the whole line is lost",
        "本文が cri パーサー内の <parse> の形式と違うため、行全体が失われます",
        "Parse the message in a filter with reserve_data true, or let multi_format end with none.",
        "本文は reserve_data true のフィルターでパースするか、multi_format の最後に none を置いてください。";
}
