//! Codes of the area `route/`: where events go, and where they are lost.

super::codes! {
    BOOT = "route/does-not-start", Fatal,
        "fluentd does not start with this configuration",
        "この設定では fluentd が起動しません",
        "Mend what fluentd says; nothing runs until then.",
        "fluentd のメッセージが示す箇所を修正してください。それまでは何も処理されません。";
    NO_MATCH = "route/no-match", Lost,
        "No <match> takes the tag: the events are lost",
        "タグを受け取る <match> がなく、イベントが失われます",
        "Give a <match> a pattern that takes the tag, or end with <match **>.",
        "このタグを受け取るパターンにするか、最後に <match **> を置いてください。";
    STARVED = "route/starved", Changed,
        "A <match> above takes everything: this one never gets an event",
        "上の <match> がすべて受け取るため、この <match> にはイベントが届きません",
        "Put the more special <match> first.",
        "より限定的な <match> を先に書いてください。";
    FILTER_BELOW = "route/filter-below-match", Changed,
        "A <filter> below the <match> that takes the events has no effect",
        "イベントを受け取る <match> より下の <filter> は効果がありません",
        "Put the <filter> above the <match>.",
        "<filter> を <match> より上に移してください。";
    ONE_STAR = "route/one-star", Changed,
        "`*` stands for one part of a tag: this <filter> sees no event",
        "`*` はタグの 1 区切りだけに一致します。この <filter> にはイベントが届きません",
        "Write `**` for any number of parts.",
        "任意の個数の区切りには `**` を使ってください。";
    NO_ERROR_LABEL = "route/no-error-label", Lost,
        "Failed records are only printed: there is no <label @ERROR>",
        "失敗したレコードはログに出るだけです (<label @ERROR> がありません)",
        "Add <label @ERROR> with <match **>.",
        "<label @ERROR> と <match **> を追加してください。";
    RELABEL_LOOPS = "route/relabel-loops", Fatal,
        "This relabel sends events to itself until fluentd dies",
        "この relabel は自分自身に送り続け、fluentd が異常終了します",
        "Give it the @label of another place.",
        "別のラベルを @label に指定してください。";
    ERROR_LABEL_MISSES = "route/error-label-misses", Lost,
        "<label @ERROR> does not take every tag: failed records keep their own tag",
        "<label @ERROR> が受け取らないタグがあります (失敗したレコードのタグは変わりません)",
        "End the label with <match **>.",
        "最後に <match **> を置いてください。";
    OWN_LOG = "route/own-log", Hint,
        "fluentd's own log goes through this <match> too",
        "fluentd 自身のログもこの <match> を通ります",
        "Add <label @FLUENT_LOG>, where fluentd's log then goes.",
        "<label @FLUENT_LOG> を追加すると、そちらに送られます。";
    COPY_SHARES = "route/copy-shares", Changed,
        "The stores get the same records: what one changes in place, the others see",
        "各 <store> は同じレコードを共有するため、一方での書き換えが他方にも反映されます",
        "Set copy_mode deep.",
        "copy_mode deep を指定してください。";
    COMMA = "route/comma-in-pattern", Lost,
        "A comma in a tag pattern is a character; only a space means \"or\"",
        "タグパターンのカンマはただの文字です。「または」は空白で書きます",
        "Write a space.",
        "空白で区切ってください。";
    WHOLE_TAG = "route/regexp-whole-tag", Hint,
        "A /regexp/ in a tag pattern must take the whole tag",
        "タグパターンの /正規表現/ はタグ全体に一致する必要があります",
        "Add .* where more may stand.",
        "ほかの文字があってもよい所に .* を書いてください。";
    GLOB_LITERAL = "route/glob-literal", Lost,
        "`?` and `[ ]` are plain characters in a tag pattern",
        "タグパターンの `?` と `[ ]` はただの文字です",
        "Use *, **, {a,b} or /regexp/.",
        "*、**、{a,b}、/正規表現/ を使ってください。";
    REWRITE_DROPS = "route/rewrite-drops", Lost,
        "Events that no <rule> takes vanish without a word",
        "どの <rule> にも当たらないイベントは警告なしで消えます",
        "End with a rule that takes everything, such as pattern /.+/.",
        "最後に pattern /.+/ のような、すべてを受け取る <rule> を置いてください。";
    REWRITTEN_AGAIN = "route/rewritten-again", Lost,
        "The new tag comes to this same <match> again",
        "書き換えた後のタグが、再びこの <match> に届きます",
        "Put the <match> for the new tag above this one, or give the <rule> a label.",
        "新しいタグを受け取る <match> をこれより上に置くか、<rule> に label を指定してください。";
    TRACES_GLUED = "route/traces-glued", Changed,
        "The lines of a stack trace are joined without anything between them",
        "スタックトレースの行が区切りなしでつながります",
        "CRI lines have no newline of their own: set force_line_breaks true.",
        "CRI の行は改行を含まないので、force_line_breaks true を指定してください。";
    TRACE_WAITS = "route/trace-waits", Hint,
        "The last trace of a container waits for its next line",
        "コンテナーの最後のスタックトレースは、次の行が来るまで出力されません",
        "Set multiline_flush_interval.",
        "multiline_flush_interval を指定してください。";
    UNKNOWN_LANGUAGE = "route/unknown-language", Lost,
        "detect_exceptions does not know this language and fails for each event",
        "detect_exceptions が知らない言語なので、イベントごとに失敗します",
        "Known: java, js, csharp, python, go, ruby, php, dart, all.",
        "使えるのは java, js, csharp, python, go, ruby, php, dart, all です。";
    TRACE_DROPS = "route/trace-drops", Lost,
        "A record without the text of the trace is dropped while a trace is open",
        "スタックトレースの途中に来た、本文のないレコードは捨てられます",
        "Set message to a field that every record has.",
        "すべてのレコードにあるフィールドを message に指定してください。";
    TRACE_START = "route/trace-start", Changed,
        "A trace starts only where a colon or a line end follows Exception, Error or Throwable",
        "Exception、Error、Throwable の直後にコロンか改行がある行からだけ、トレースが始まります",
        "Name the languages there are; concat with multiline_start_regexp knows other traces.",
        "実際の言語を languages に指定してください。ほかの形は concat の multiline_start_regexp で扱えます。";
}
