//! Codes of the area `onigmo/`.

super::codes! {
    DOES_NOT_COMPILE = "onigmo/does-not-compile", Fatal,
        "Ruby does not accept the regular expression",
        "Ruby がこの正規表現を受け付けません",
        "fluentd does not start with it; correct the place that is marked.",
        "このままでは fluentd は起動しません。示された箇所を修正してください。";
    RUBY_WARNS = "onigmo/ruby-warns", Hint,
        "Ruby warns about the regular expression",
        "Ruby がこの正規表現について警告します",
        "It works, but may mean something other than it seems to.",
        "動作しますが、見た目と違う意味になっているかもしれません。";
    GREEDY_SEPARATOR = "onigmo/greedy-before-separator", Hint,
        "A greedy part runs past the first separator",
        "最長一致の部分が最初の区切りを越えて一致します",
        "Exclude the separator from the part ([^ ]+) or make it lazy (.+?).",
        "区切り文字を除いた集合 ([^ ]+) にするか、最短一致 (.+?) にしてください。";
    UNANCHORED = "onigmo/unanchored", Hint,
        "The pattern may match in the middle of a line",
        "行の途中でも一致します",
        "Begin it with ^ (or \\A) if the whole line is meant.",
        "行全体を表すつもりなら ^ (または \\A) で始めてください。";
    EMPTY_ALTERNATIVE = "onigmo/empty-alternative", Hint,
        "One of the alternatives is empty and always matches",
        "選択肢の 1 つが空なので、常に一致します",
        "Remove the stray |, or make the group optional with ?.",
        "余分な | を取り除くか、? で省略可能にしてください。";
    GROUP_NEVER_SET = "onigmo/group-never-set", Changed,
        "A group can never capture anything",
        "このグループは何もキャプチャしません",
        "Its key never appears in the record.",
        "そのキーはレコードに現れません。";
    PLAIN_GROUP = "onigmo/plain-group-beside-names", Hint,
        "A plain group beside named ones does not capture",
        "名前付きグループがあると、ただの括弧はキャプチャしません",
        "Give it a name if its text is wanted, or write (?:…).",
        "値が必要なら名前を付け、不要なら (?:…) と書いてください。";
    BYTES = "onigmo/bytes-not-characters", Changed,
        "Without encoding utf-8 one step of the pattern is one byte, not one character",
        "encoding utf-8 がないと、パターンの 1 文字は 1 バイトとして扱われます",
        "Set encoding utf-8 in the tail source if the lines may hold Japanese.",
        "日本語を含む行を扱うなら、in_tail に encoding utf-8 を指定してください。";
    TIED_TO_UTF8 = "onigmo/tied-to-utf-8", Lost,
        "The pattern is tied to UTF-8: lines with non-ASCII bytes raise an error and are lost",
        "UTF-8 に固定されたパターンなので、非 ASCII の行はエラーになり失われます",
        "Set encoding utf-8 in the tail source.",
        "in_tail に encoding utf-8 を指定してください。";
    NESTED_REPEAT = "onigmo/nested-repeat", Hint,
        "A repeat inside a repeat can take very long on lines that do not match",
        "繰り返しの中の繰り返しは、一致しない行で非常に時間がかかることがあります",
        "Repeat only once, or make the inner one possessive (++).",
        "繰り返しを 1 つにするか、内側を ++ にしてください。";
    LITERAL_ESCAPE = "onigmo/literal-escape", Hint,
        "The backslash has no special meaning here: Ruby reads the character itself",
        "ここの \\ に特別な意味はなく、Ruby は文字そのものと読みます",
        "\\< and \\> are no word boundaries in Ruby; use \\b.",
        "Ruby では \\< と \\> は単語境界ではありません。\\b を使ってください。";
}
