//! Codes of the area `concat/`.

super::codes! {
    NO_TIMEOUT_LABEL = "concat/no-timeout-label", Lost,
        "The last group of a stream goes to the error stream when it times out",
        "最後のまとまりは時間切れになるとエラーストリームに送られます",
        "Set timeout_label to the label that holds the outputs.",
        "出力のあるラベルを timeout_label に指定してください。";
    PARTIAL_NEWLINE = "concat/newline-in-line", Changed,
        "Parts of one line are joined with a newline between them",
        "1 行の断片の間に改行が入ります",
        "Set separator \"\".",
        "separator \"\" を指定してください。";
    STREAMS_MIXED = "concat/streams-mixed", Changed,
        "stdout and stderr of a container are joined with each other",
        "コンテナーの stdout と stderr が混ざって連結されます",
        "Set stream_identity_key stream.",
        "stream_identity_key stream を指定してください。";
    NEXT_TIME = "concat/next-lines-time", Changed,
        "A joined event carries the time of the next line",
        "連結したイベントに次の行の時刻が付きます",
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
}
