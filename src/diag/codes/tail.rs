//! Codes of the area `tail/`.

super::codes! {
    PATTERN_NEEDS_UTF8 = "tail/pattern-needs-utf8", Lost,
        "A pattern with non-ASCII text raises on lines that are plain bytes",
        "ASCII 以外の文字を含むパターンは、バイト列のままの行で例外になります",
        "Add encoding UTF-8 to the source.",
        "source に encoding UTF-8 を追加してください。";
    ENCODING_NOT_SIMULATED = "tail/encoding-not-simulated", Bug,
        "This encoding is not simulated: lines are passed on as bytes",
        "この文字コードはシミュレートされず、行はバイト列のまま渡されます",
        "UTF-8, Shift_JIS, Windows-31J, EUC-JP, ISO-8859, Windows-125x and UTF-16 are, as from_encoding with encoding UTF-8.",
        "encoding UTF-8 と from_encoding の組み合わせで、UTF-8、Shift_JIS、Windows-31J、EUC-JP、ISO-8859、Windows-125x、UTF-16 に対応しています。";
    TAG_SECOND_STAR = "tail/tag-second-star", Changed,
        "A second * in the tag and everything after it is dropped",
        "タグの 2 つ目の * とそれ以降は捨てられます",
        "Keep one *: it stands for the whole path.",
        "* は 1 つだけにしてください。パス全体を表します。";
    TAG_IS_PATH = "tail/tag-is-path", Hint,
        "The tag is the path alone",
        "タグがパスだけになります",
        "Matches such as kubernetes.** do not take it. Write a prefix, as in kubernetes.*",
        "kubernetes.** のようなパターンには一致しません。kubernetes.* のように接頭辞を付けてください。";
    TAG_SAME_FOR_ALL = "tail/tag-same-for-all", Hint,
        "All files get the same tag",
        "すべてのファイルが同じタグになります",
        "Filters that join lines mix the files, and kubernetes_metadata finds nothing. Put a * into the tag.",
        "行を結合するフィルターはファイルを混ぜてしまい、kubernetes_metadata も働きません。タグに * を入れてください。";
    NO_GLOB = "tail/no-glob", Lost,
        "A path with ?, [] or {} but without * is taken literally",
        "* のない ?・[]・{} のパスは文字どおりのファイル名とみなされます",
        "Nothing is tailed and nothing warns. Set glob_policy, or use *.",
        "何も読まれず、警告も出ません。glob_policy を指定するか、* を使ってください。";
    BRACES_CUT = "tail/braces-cut", Lost,
        "The comma within {} cuts the path in two",
        "{} の中のカンマでパスが 2 つに切れます",
        "Set another path_delimiter and glob_policy always.",
        "別の path_delimiter と glob_policy always を指定してください。";
    EXCLUDE_RELATIVE = "tail/exclude-relative", Changed,
        "An exclude_path that is not absolute never excludes anything",
        "絶対パスでない exclude_path は何も除外しません",
        "Write the whole path: entries are compared as exact paths.",
        "完全なパスを書いてください。項目はパスそのものとして比較されます。";
    SELF_TAILING = "tail/self-tailing", Hint,
        "The path takes fluentd's own container log too",
        "この path は fluentd 自身のコンテナーログにも一致します",
        "Its warnings are read again and quoted again, without end. Exclude its own log.",
        "警告が再び読まれて際限なく増えます。自身のログを除外してください。";
    READ_FROM_TAIL = "tail/read-from-tail", Hint,
        "What is in the files before the first start is skipped",
        "最初の起動より前にファイルにある内容は読まれません",
        "Set read_from_head true to read it. The page shows the lines as if they were written afterwards.",
        "読むには read_from_head true を指定してください。ページでは起動後に書かれた行として扱います。";
    MULTILINE_WAITS = "tail/multiline-waits", Hint,
        "The last multiline event waits for the next one",
        "最後の複数行イベントは、次のイベントが来るまで出力されません",
        "Set multiline_flush_interval.",
        "multiline_flush_interval を指定してください。";
    MULTILINE_WITHOUT_FIRSTLINE = "tail/multiline-without-firstline", Changed,
        "Without format_firstline a line that never matches spoils those after it",
        "format_firstline がないと、一致しない行がその後の行も巻き込みます",
        "Set format_firstline.",
        "format_firstline を指定してください。";
    MULTILINE_UNMATCHED = "tail/multiline-unmatched", Changed,
        "Any value of emit_unmatched_lines, even false, makes the multiline parser emit unmatched lines",
        "emit_unmatched_lines は false でも、multiline パーサーに一致しない行を出力させます",
        "Take the parameter away.",
        "このパラメーターを削除してください。";
    MULTILINE_ON_CONTAINER_LOG = "tail/multiline-on-container-log", Changed,
        "Every line of a container log begins with the runtime's own envelope",
        "コンテナーログのすべての行は、ランタイムが付ける部分から始まります",
        "Parse the envelope first, then join lines with concat or detect_exceptions.",
        "まずその部分をパースし、その後で concat や detect_exceptions で行を結合してください。";
    FLAT_UNUSED = "tail/flat-unused", Changed,
        "A parameter of the parser beside <parse> does nothing",
        "<parse> の外に書かれたパーサーのパラメーターは使われません",
        "Move it into <parse>.",
        "<parse> の中に移してください。";
    TIME_IN_FLAT_STYLE = "tail/flat-not-passed", Changed,
        "The old flat style does not pass this parameter on",
        "古い書き方では、このパラメーターはパーサーに渡されません",
        "Write a <parse> section.",
        "<parse> セクションを書いてください。";
    NOT_READ = "tail/not-read", Lost,
        "No source reads the file",
        "このファイルを読む source がありません",
        "The path of the log file (its tab) and the `path` of a `<source>` with `@type tail` must agree.",
        "ログファイルのパス (タブの名前) を、`@type tail` の `<source>` の `path` に合わせてください。";
    INVALID_BYTES = "tail/invalid-bytes", Lost,
        "Lines hold bytes that are no UTF-8, and encoding UTF-8 makes the parser raise",
        "UTF-8 として正しくないバイトを含む行があり、encoding UTF-8 の指定によりパーサーが例外を出します",
        "Without encoding the lines pass as bytes; with from_encoding they are converted.",
        "encoding を外すとバイト列のまま通り、from_encoding を加えると変換されます。";
    EMPTY_LINES = "tail/empty-lines", Hint,
        "Empty lines are not matched by the parser",
        "空行はパーサーに一致しません",
        "Each one is a warning in fluentd's log and no event.",
        "空行ごとに fluentd のログに警告が出るだけで、イベントにはなりません。";
    ASCII_CLASS = "tail/ascii-class", Hint,
        "\\w takes ASCII letters only, even with encoding UTF-8",
        "encoding UTF-8 でも \\w は ASCII の英数字にしか一致しません",
        "Write [[:word:]] or \\p{L} where Japanese may stand.",
        "日本語があり得る所では [[:word:]] や \\p{L} と書いてください。";
    MULTILINE_EMPTY_END = "tail/multiline-empty-at-shutdown", Hint,
        "At shutdown fluentd warns about an incomplete line even when none waits",
        "待っている行がなくても、終了時に不完全な行の警告が出ます",
        "Harmless; it goes with format_firstline.",
        "害はありません。format_firstline を指定すると出なくなります。";
    UNMATCHED_NOT_INVALID = "tail/unmatched-not-invalid", Hint,
        "emit_unmatched_lines does not emit lines whose time cannot be read",
        "emit_unmatched_lines でも、時刻を読めない行は出力されません",
        "Those lines are only in fluentd's log, as \"invalid line found\".",
        "その行は fluentd のログに \"invalid line found\" と出るだけです。";
    UNTERMINATED = "tail/unterminated", Hint,
        "The last line has no end: in_tail does not read it until it has",
        "最後の行に改行がないため、改行が来るまで in_tail は読み込みません",
        "End the text with a line end, if the file on the node has one.",
        "ノード上のファイルに改行があるなら、テキストの最後に改行を入れてください。";
}
