//! Codes of the area `concat/`.

super::codes! {
    NO_TIMEOUT_LABEL = "concat/no-timeout-label", Lost,
        "The last group of a stream goes to the error stream when it times out",
        "最後のまとまりはタイムアウトするとエラーストリームに送られます",
        "Set timeout_label to the label that holds the outputs.",
        "出力のあるラベルを timeout_label に指定してください。";
    PARTIAL_NEWLINE = "concat/newline-in-line", Changed,
        "Parts of one line are joined with a newline between them",
        "1 行の断片の間に改行が入ります",
        "Set separator \"\".",
        "separator \"\" を指定してください。";
    PIECES_APART = "concat/pieces-apart", Changed,
        "Lines cut by the runtime (tag P) stay in pieces: nothing joins them",
        "ランタイムが分割した行 (タグ P) を結合するフィルターがなく、断片のままになります",
        "Join them with concat: partial_key logtag, partial_value P, stream_identity_key stream, separator \"\".",
        "concat に partial_key logtag、partial_value P、stream_identity_key stream、separator \"\" を指定して結合してください。";
    STREAMS_MIXED = "concat/streams-mixed", Changed,
        "stdout and stderr of a container are joined with each other",
        "コンテナーの stdout と stderr が混ざって結合されます",
        "Set stream_identity_key stream.",
        "stream_identity_key stream を指定してください。";
    NEXT_TIME = "concat/next-lines-time", Changed,
        "A joined event carries the time of the next line, and fields only that one has",
        "結合したイベントに次の行の時刻と、次の行にしかないフィールドが付きます",
        "Set use_first_timestamp true.",
        "use_first_timestamp true を指定してください。";
    REGEXP_CUT = "concat/regexp-cut", Lost,
        "The first and last characters of the pattern are cut off, whatever they are",
        "パターンの最初と最後の 1 文字は、何であっても取り除かれます",
        "Write the pattern as /…/ without letters after it.",
        "パターンは /…/ の形で、後ろに文字を付けずに書いてください。";
    LOGTAG_KEY = "concat/no-logtag-key", Lost,
        "use_partial_cri_logtag needs partial_cri_logtag_key: every event fails",
        "use_partial_cri_logtag には partial_cri_logtag_key が必要です。なければ毎回失敗します",
        "Set partial_cri_logtag_key logtag.",
        "partial_cri_logtag_key logtag を指定してください。";
    NEWLINE_DOUBLED = "concat/newline-doubled", Changed,
        "Docker's lines end with a newline already: joined, they have two",
        "Docker の行は改行を含むため、結合すると改行が 2 つになります",
        "Set separator \"\".",
        "separator \"\" を指定してください。";
    STREAM_DELETED = "concat/stream-deleted", Changed,
        "use_partial_cri_logtag deletes the field stream, and mixes stdout with stderr",
        "use_partial_cri_logtag は stream フィールドを削除し、stdout と stderr を混ぜます",
        "Use partial_key logtag, partial_value P and stream_identity_key stream instead.",
        "partial_key logtag、partial_value P、stream_identity_key stream を使ってください。";
    TIMEOUT_SKIPS = "concat/timeout-skips-filters", Changed,
        "Groups that time out go to timeout_label, past the filters below",
        "タイムアウトしたまとまりは timeout_label へ送られ、下のフィルターを通りません",
        "Move those filters into the label, or above the concat filter.",
        "そのフィルターをラベルの中か、concat より上に移してください。";
    UNKNOWN_LABEL = "concat/unknown-timeout-label", Lost,
        "timeout_label names a label that does not exist: noticed only when it is needed",
        "timeout_label のラベルがありません。必要になるまでわかりません",
        "Write the name of a label that exists.",
        "実在するラベル名にしてください。";
    TIMEOUT_INTO_ITSELF = "concat/timeout-into-itself", Lost,
        "timeout_label leads back into this filter: ThreadError, and the group is lost",
        "timeout_label がこのフィルターに戻るため ThreadError になり、まとまりが失われます",
        "Send the events to a label below with relabel, and name that one.",
        "relabel で別のラベルに送り、そのラベルを指定してください。";
    END_NEVER_COMES = "concat/end-never-comes", Lost,
        "Lines hold no newline here: the end never comes",
        "ここでは行に改行が含まれないため、終わりの行が来ません",
        "Only Docker's JSON lines end with \\n; CRI has partial_key logtag.",
        "末尾に \\n があるのは Docker の JSON だけです。CRI では partial_key logtag を使います。";
    LONE_LINE_TIME = "concat/lone-line-time", Changed,
        "A line that does not continue the group gets that group's time",
        "続きでない行に、直前のまとまりの時刻が付きます",
        "Leave continuous_line_regexp out, or use_first_timestamp.",
        "continuous_line_regexp か use_first_timestamp を外してください。";
    TAG_CUT = "concat/tag-cut", Changed,
        "A group that times out gets its tag only up to the first colon",
        "タイムアウトしたまとまりのタグは、最初のコロンの前までになります",
        "Give tags without a colon.",
        "コロンのないタグにしてください。";
}
