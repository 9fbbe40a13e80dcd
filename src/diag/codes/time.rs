//! Codes of the area `time/`.

super::codes! {
    FAILED = "time/failed", Lost,
        "A text does not follow time_format",
        "テキストが time_format に合いません",
        "The line is dropped with \"invalid line found\", even with emit_unmatched_lines true.",
        "emit_unmatched_lines true でも、その行は「invalid line found」として捨てられます。";
    LITERAL_Z = "time/literal-z", Changed,
        "A literal Z in time_format: the time is read as local time",
        "time_format の Z はただの文字で、時刻はローカル時刻として読まれます",
        "Use %z, which understands Z, or add utc true.",
        "Z も理解する %z を使うか、utc true を追加してください。";
    OFFSET_DISCARDED = "time/offset-discarded", Changed,
        "%:z together with utc, localtime false or timezone: the offset in the text is discarded",
        "%:z と utc・localtime false・timezone を併用すると、テキスト内のオフセットは無視されます",
        "Use %z: it reads the same texts, and its offset counts.",
        "同じテキストを読め、オフセットも有効な %z を使ってください。";
    EPOCH_SHIFTED = "time/epoch-shifted", Changed,
        "%s or %Q together with utc or timezone: the seconds are shifted by the zone",
        "%s や %Q と utc・timezone を併用すると、秒数がタイムゾーンの分だけずれます",
        "Take utc and timezone away, or use time_type unixtime or float.",
        "utc や timezone を外すか、time_type unixtime または float を使ってください。";
    WIDTH = "time/width", Lost,
        "A directive with a width or flag never matches",
        "幅やフラグの付いた指定子はどのテキストにも一致しません",
        "Ruby's strptime knows no widths: write %N or %L.",
        "Ruby の strptime に幅の指定はありません。%N または %L と書いてください。";
    FRACTION_NEEDED = "time/fraction-needed", Hint,
        "A fraction in time_format must be in every text",
        "time_format の小数部は、すべてのテキストに必要です",
        "A time on a whole second, written without a fraction, fails. Use time_type mixed with a fallback.",
        "小数部のない時刻は失敗します。time_type mixed と予備の書式を使ってください。";
    YEAR_FROM_CLOCK = "time/year-from-clock", Changed,
        "A time_format without a year takes the present year",
        "年のない time_format では現在の年が使われます",
        "Lines of December that are read in January are eleven months in the future.",
        "1 月に読まれた 12 月の行は 11 か月先の時刻になります。";
    NO_DIRECTIVE = "time/no-directive", Changed,
        "A time_format without any directive: the event's time is the present second",
        "指定子のない time_format では、イベントの時刻は現在の秒になります",
        "Write the format of the time, or take time_format away.",
        "時刻の書式を書くか、time_format を外してください。";
    TRAILING_TEXT = "time/trailing-text", Changed,
        "Text after the part that time_format reads is dropped",
        "time_format が読んだ後のテキストは無視されます",
        "A fraction or an offset left there does not count. Add it to the format.",
        "そこに残った小数部やオフセットは使われません。書式に追加してください。";
    JSON_FLOAT = "time/json-float", Changed,
        "The json parser reads its time as a number of seconds",
        "json パーサーは時刻を秒数として読みます",
        "A text such as 2023-02-02T07:48:11Z becomes 1970-01-01 00:33:43. Set time_format.",
        "2023-02-02T07:48:11Z のような文字列は 1970-01-01 00:33:43 になります。time_format を指定してください。";
    MIXED_UNIXTIME = "time/mixed-unixtime", Hint,
        "Within time_type mixed, unixtime is read as float",
        "time_type mixed の中の unixtime は float として読まれます",
        "Fractions are kept.",
        "小数部は保持されます。";
    FALLBACKS_UNUSED = "time/fallbacks-unused", Hint,
        "time_format_fallbacks does nothing without time_type mixed",
        "time_type mixed がないと time_format_fallbacks は使われません",
        "Add time_type mixed.",
        "time_type mixed を追加してください。";
    NOT_ESTIMATED = "time/not-estimated", Lost,
        "With estimate_current_event false a record without a time is not matched",
        "estimate_current_event false では、時刻のないレコードは一致しない扱いになります",
        "Take the parameter away if lines without a time shall pass.",
        "時刻のない行も通すなら、このパラメーターを外してください。";
    NO_SUCH_DAY = "time/no-such-day", Changed,
        "A day that its month does not have becomes one of the next month",
        "その月にない日付は、翌月の日付になります",
        "Ruby checks days against 31 only: February 30 is read as March 2.",
        "Ruby は 31 日以下かどうかしか調べません。2 月 30 日は 3 月 2 日になります。";
    UNKNOWN_ZONE = "time/unknown-zone", Changed,
        "The name of the zone is not known to Ruby: the time is read as local",
        "このタイムゾーン名を Ruby は知らず、時刻はローカル時刻として読まれます",
        "Log an offset such as +0900. Known are UTC, GMT, EST, EDT, CST, CDT, MST, MDT, PST and PDT.",
        "+0900 のようなオフセットを出力してください。使えるのは UTC、GMT、EST、EDT、CST、CDT、MST、MDT、PST、PDT です。";
    LONG_FRACTION = "time/long-fraction", Changed,
        "Ten or more digits after the point make more than a second of nanoseconds",
        "小数点以下が 10 桁以上あると、ナノ秒が 1 秒を超えます",
        "time_type float takes nine digits right.",
        "time_type float で正しく読めるのは 9 桁までです。";
    BEYOND = "time/beyond-64-bits", Bug,
        "The seconds do not fit 64 bits: fluentd keeps them, the page shows the most it can",
        "秒数が 64 ビットに収まりません。fluentd は保持しますが、ページには収まる最大値を表示します",
        "Such a number is hardly a time: milliseconds or nanoseconds are no seconds.",
        "時刻とは考えにくい値です。ミリ秒やナノ秒は秒ではありません。";
}
