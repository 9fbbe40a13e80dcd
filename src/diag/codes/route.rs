//! Codes of the area `route/`: where events go, and where they are lost.

super::codes! {
    BOOT = "route/does-not-start", Fatal,
        "fluentd does not start with this configuration",
        "この設定では fluentd が起動しません",
        "Mend what fluentd says; nothing runs until then.",
        "fluentd のメッセージが示す箇所を直してください。それまでは何も動きません。";
    NO_MATCH = "route/no-match", Lost,
        "No <match> takes the tag: the events are lost",
        "タグを受け取る <match> がなく、イベントが失われます",
        "Give a <match> a pattern that takes the tag, or end with <match **>.",
        "このタグを受け取るパターンにするか、最後に <match **> を置いてください。";
    STARVED = "route/starved", Lost,
        "A <match> above takes everything: this one never gets an event",
        "上の <match> がすべて受け取るため、この <match> には何も届きません",
        "Put the more special <match> first.",
        "より限定的な <match> を先に書いてください。";
    FILTER_BELOW = "route/filter-below-match", Changed,
        "A <filter> below the <match> that takes the events has no effect",
        "イベントを受け取る <match> より下の <filter> は効きません",
        "Put the <filter> above the <match>.",
        "<filter> を <match> より上に移してください。";
    NO_ERROR_LABEL = "route/no-error-label", Lost,
        "Failed records are only printed: there is no <label @ERROR>",
        "失敗したレコードはログに出るだけです (<label @ERROR> がありません)",
        "Add <label @ERROR> with <match **>.",
        "<label @ERROR> と <match **> を追加してください。";
}
