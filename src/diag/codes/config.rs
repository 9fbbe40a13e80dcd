//! Codes of the area `config/`.

super::codes! {
    PARSE_ERROR = "config/parse-error", Fatal,
        "The configuration is not readable", "設定を読み取れません",
        "fluentd does not start; mend the marked place.", "fluentd は起動しません。示された箇所を修正してください。";
    WRONG_POSITION = "config/wrong-position", Hint,
        "fluentd prints a wrong line number here", "fluentd が表示する行番号がずれます",
        "Trust the marked place: after non-ASCII text fluentd counts wrongly.",
        "示された箇所が正しい位置です。ASCII 以外の文字の後では fluentd の行番号がずれます。";
    VALUE_STARTS_JSON = "config/value-starts-json", Fatal,
        "A value that begins with [ or { is read as JSON", "[ や { で始まる値は JSON として読まれます",
        "Quote the value.", "値を引用符で囲んでください。";
    DOUBLE_QUOTED_BACKSLASH = "config/double-quoted-backslash", Fatal,
        "A backslash in double quotes must be doubled", "二重引用符の中のバックスラッシュは 2 つ重ねます",
        "Use single quotes, where a backslash stands for itself.",
        "バックスラッシュをそのまま書ける単一引用符を使ってください。";
    FLATTENED = "config/flattened", Fatal,
        "Tags and parameters need lines of their own", "タグとパラメーターはそれぞれ別の行に書きます",
        "Break the line after the tag.", "タグの後で改行してください。";
    COMMENT_AS_VALUE = "config/comment-as-value", Changed,
        "The comment became the value", "コメントが値になっています",
        "A comment may only follow a value; put it on a line of its own.",
        "コメントは値の後にしか書けません。別の行に移してください。";
    REGEXP_CUT = "config/regexp-cut", Changed,
        "The regular expression is cut at a blank and #", "正規表現が「空白 + #」の所で切れています",
        "Quote the whole value.", "値全体を引用符で囲んでください。";
    RUBY_NOT_EVALUATED = "config/ruby-not-evaluated", Changed,
        "Embedded Ruby works only in double quotes", "埋め込み Ruby は二重引用符の中でだけ動きます",
        "Put the value in double quotes.", "値を二重引用符で囲んでください。";
    CLOSING_TAG_IN_VALUE = "config/closing-tag-in-value", Fatal,
        "A closing tag stands inside a value", "閉じタグが値の一部になっています",
        "Put the tag on the next line.", "タグを次の行に書いてください。";
    INCLUDE_FINDS_NOTHING = "config/include-finds-nothing", Changed,
        "@include finds no file", "@include に該当するファイルがありません",
        "fluentd says nothing about it: check the path, or add the file to the workspace, under a path that ends in .conf.",
        "fluentd は何も表示しません。パスを確認するか、末尾が .conf のパスでこのファイルを追加してください。";
    TIME_UNITS = "config/time-units", Changed,
        "The time is read otherwise than it looks", "時間が見た目と異なる値になります",
        "Write one whole number with one unit: s, m, h or d.",
        "整数と単位を 1 つずつ (s、m、h、d) で書いてください。";
    SIZE_UNITS = "config/size-units", Changed,
        "The size is read otherwise than it looks", "サイズが見た目と異なる値になります",
        "Write one whole number with one unit: k, m, g or t.",
        "整数と単位を 1 つずつ (k、m、g、t) で書いてください。";
    BOOL_IS_NIL = "config/bool-is-nil", Fatal,
        "The value is neither true nor false", "true でも false でもない値です",
        "Write true or false in lower case.", "小文字で true または false と書いてください。";
    HASH_WITHOUT_COLON = "config/hash-without-colon", Changed,
        "A pair has no colon", "コロンのない項目があります",
        "Write name:value.", "「名前:値」の形で書いてください。";
    REGEXP_FLAGS = "config/regexp-flags", Changed,
        "Flags other than i and m are ignored", "i と m 以外のフラグは無視されます",
        "Write (?x) and the like inside the pattern.", "(?x) のようにパターンの中に書いてください。";
    EMPTY_REGEXP = "config/empty-regexp", Changed,
        "The regular expression is empty and matches everything", "正規表現が空で、すべてに一致します",
        "Close it with a slash.", "末尾をスラッシュで閉じてください。";
    UNUSED_PARAM = "config/unused-param", Changed,
        "Nothing reads this parameter", "このパラメーターはどこからも読まれません",
        "fluentd only warns; check the spelling and the section.",
        "fluentd は警告を出すだけです。つづりと書く場所を確認してください。";
    FLAT_PARSER_PARAM = "config/flat-parser-param", Changed,
        "A parser's parameter stands outside <parse>", "パーサーのパラメーターが <parse> の外にあります",
        "Move it into <parse>.", "<parse> の中に移してください。";
    FLAT_FORMAT = "config/flat-format", Fatal,
        "format with flags or without slashes is taken for a parser's name",
        "フラグ付き、またはスラッシュのない format はパーサー名とみなされます",
        "Write a <parse> section with @type regexp.", "@type regexp の <parse> セクションで書いてください。";
    DUPLICATE_PARAM = "config/duplicate-param", Changed,
        "The parameter is written twice; the last value wins", "パラメーターが重複していて、最後の値が使われます",
        "Remove one of the lines.", "どちらかの行を削除してください。";
    EMPTY_LINE_IN_QUOTES = "config/empty-line-in-quotes", Fatal,
        "A double-quoted value holds an empty line or a CRLF",
        "二重引用符の値に空行か CRLF が含まれています",
        "fluentd reads single line feeds there only. Write \\n, or end lines with LF alone.",
        "そこで読めるのは単独の改行だけです。\\n と書くか、改行コードを LF にしてください。";
}
