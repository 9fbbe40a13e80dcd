//! Every string of the page, in English and Japanese: one table. Places for values are `{}`.

use crate::protocol::Message;

/// The page's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of a tag such as `ja-JP`.
    pub fn of_tag(tag: &str) -> Lang {
        if tag.to_ascii_lowercase().starts_with("ja") { Lang::Ja } else { Lang::En }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ja => "ja",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Ja => "日本語",
        }
    }

    /// A text.
    pub fn t(self, text: T) -> &'static str {
        let (en, ja) = text.both();
        match self {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }

    /// A text with values in the places `{}`, in order.
    pub fn f(self, text: T, values: &[&str]) -> String {
        let mut out = String::new();
        let mut values = values.iter();
        let mut parts = self.t(text).split("{}");
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            out.push_str(values.next().copied().unwrap_or_default());
            out.push_str(part);
        }
        out
    }

    /// A message in this language.
    pub fn of(self, message: &Message) -> &str {
        match self {
            Lang::En => &message.en,
            Lang::Ja => &message.ja,
        }
    }
}

/// A number with thousands apart.
pub fn count(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Microseconds as milliseconds for people.
pub fn millis(micros: u32) -> String {
    if micros < 10_000 {
        format!("{}.{}", micros / 1000, micros % 1000 / 100)
    } else {
        count(micros / 1000)
    }
}

macro_rules! texts {
    ($($name:ident = $en:literal, $ja:literal;)*) => {
        /// A text of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum T {
            $(
                #[doc = $en]
                $name,
            )*
        }

        impl T {
            /// All texts.
            pub const ALL: &'static [T] = &[$(T::$name),*];

            /// English and Japanese.
            pub fn both(self) -> (&'static str, &'static str) {
                match self {
                    $(T::$name => ($en, $ja),)*
                }
            }
        }
    };
}

texts! {
    AddFile = "Add a log file", "ログファイルを追加";
    AllMatched = "All lines became events. Export the configuration, or keep a record as a check.", "すべての行がイベントになりました。設定をエクスポートするか、レコードをチェックとして残せます。";
    Apply = "Apply", "適用";
    BackToIt = "Back to it…", "これに戻す…";
    BackToRun = "Back to the configuration of that run", "その実行の設定に戻す";
    BecomesField = "→ field {}", "→ フィールド {}";
    CallFile = "Call the file `{}`", "ファイルのパスを `{}` にする";
    Cancel = "Cancel", "キャンセル";
    Checks = "Checks", "チェック";
    ChecksIntro = "A check is a record that an event must have. It travels in the link and in the saved file.", "チェックは、イベントが持つはずのレコードです。リンクと保存ファイルに含まれます。";
    ChipDropped = "dropped", "除外";
    ChipEvent = "event out", "イベント";
    ChipEvents = "events out", "イベント";
    ChipHeld = "held", "保留";
    ChipInvalid = "invalid", "不正";
    ChipLine = "line", "行";
    ChipLines = "lines", "行";
    ChipLost = "lost later", "パース後に消失";
    ChipMatched = "matched", "一致";
    ChipNotMatched = "not matched", "不一致";
    ChipUnread = "not read", "読まれない行";
    CaptureAs = "Take the selected part as field", "選択した部分を次のフィールドに";
    CaptureHint = "Enter shows the patterns that take it", "Enter で候補のパターンを表示";
    ColumnWidth = "Width of this column", "この列の幅";
    EnvVars = "ENV (NAME=value, with blanks between)", "ENV (NAME=value を空白区切りで)";
    HostName = "Host name", "ホスト名";
    LastRuns = "Last runs", "最近の実行";
    Machine = "The imagined node", "想定するノード";
    MachineText = "fluentd sees this clock, zone, name and environment. Lines without a time get the clock's.", "fluentd から見える時計・タイムゾーン・ホスト名・環境変数です。時刻のない行にはこの時計の時刻が付きます。";
    NodeIs = "node: {}", "ノード: {}";
    NodeTitle = "Time zone, host name and environment of the imagined node", "想定するノードのタイムゾーン、ホスト名、環境変数";
    NowSeconds = "Clock at the start (seconds since 1970)", "開始時の時計 (1970 年からの秒数)";
    RunAfter = "After: run", "変更後: 実行";
    RunBefore = "Before: run", "変更前: 実行";
    RunsText = "Choose two runs, before and after: below is what differs in their configurations.", "2 つの実行 (変更前と変更後) を選ぶと、下に設定の違いが表示されます。";
    RunOf = "{} events, {} not matched, {} lines", "{} イベント、不一致 {}、{} 行";
    RunSeconds = "Seconds from the last line to the shutdown", "最後の行から終了までの秒数";
    TimeZone = "Time zone (TZ)", "タイムゾーン (TZ)";
    Choices = "Choices", "候補";
    ChooseEvent = "Choose an event to see how it came about, step by step.", "イベントを選ぶと、どのように作られたかを 1 段ずつ表示します。";
    ClearFilter = "Show all", "すべて表示";
    Close = "Close", "閉じる";
    CloseFile = "Close {}", "{} を閉じる";
    Commands = "Commands", "コマンド";
    CommandsHint = "Ctrl/⌘ K commands", "Ctrl/⌘ K コマンド";
    Conf = "Configuration", "設定";
    ConfReplaced = "The configuration was replaced. Ctrl/⌘ Z in its editor brings the old one back.", "設定を置き換えました。設定エディターで Ctrl/⌘ Z を押すと元に戻ります。";
    ConfHint = "Paste a fluent.conf here, or press Detect format to have one written for your lines.", "ここに fluent.conf を貼り付けるか、「形式を検出」で行に合う設定を作成できます。";
    Copied = "Copied.", "コピーしました。";
    CopyConf = "Copy fluent.conf", "fluent.conf をコピー";
    CopyFailed = "The browser did not allow copying.", "ブラウザーがコピーを許可しませんでした。";
    CopyJson = "Copy JSON", "JSON をコピー";
    CopyLink = "Copy link", "リンクをコピー";
    CopyRuby = "Copy Ruby hash", "Ruby ハッシュをコピー";
    CopyStdout = "Copy stdout line", "stdout の行をコピー";
    CountOverTime = "Events over time", "時間ごとのイベント数";
    CriConf = "CRI configuration", "CRI 用の設定";
    CriLines = "CRI lines", "CRI の行";
    Detect = "Detect format", "形式を検出";
    DetectTitle = "What these lines are", "行の形式";
    DockerConf = "Docker configuration", "Docker 用の設定";
    DockerLines = "Docker lines", "Docker の行";
    DownloadConf = "Download fluent.conf", "fluent.conf をダウンロード";
    DownloadRepro = "Save everything as a file (.fluentplay.json)", "すべてをファイルに保存 (.fluentplay.json)";
    DropHere = "drop files here", "ここにファイルをドロップ";
    Entered = "Entered", "入力数";
    EngineBroke = "The engine stopped on this input and was started again. Your text is safe.", "この入力でエンジンが停止したため、再起動しました。入力内容は失われていません。";
    EngineGivenUp = "The engine stops on this input every time. Your text is safe; it runs again after your next edit.", "この入力では毎回エンジンが停止します。入力内容は失われていません。次に編集すると再び実行します。";
    EventN = "event {}", "イベント {}";
    Events = "Events", "イベント";
    Expected = "expected", "期待値";
    Explain = "Explain", "説明";
    Export = "Export", "エクスポート";
    Failed = "Failed", "不合格";
    FateDropped = "Dropped by {}", "{} が破棄しました";
    FateError = "Sent to the error stream", "エラーストリームへ送られました";
    FateEvent = "Became an event", "イベントになりました";
    FateHeld = "Held by {}", "{} が保留しています";
    FateInvalid = "Invalid line", "不正な行です";
    FateJoined = "Joined with other lines into one event", "ほかの行と結合され 1 つのイベントになりました";
    FateNoMatch = "No `<match>` takes the tag {}", "タグ {} を受け取る `<match>` がありません";
    FateNotMatched = "Not matched", "一致しません";
    FateNotTailed = "No source reads this file", "このファイルを読む source がありません";
    FatePartial = "A partial line (P), joined into one event", "部分行 (P) です。1 つのイベントに結合されました";
    FatePending = "Not reached yet", "まだ処理されていません";
    FateSkipped = "Skipped by in_tail", "in_tail が読み飛ばしました";
    FateUnterminated = "No line end yet: in_tail waits for it", "行末がないため、in_tail はまだ読みません";
    FieldChanged = "changed from", "変更前:";
    FieldRemoved = "removed", "削除";
    FieldsSame = "{} fields unchanged", "{} フィールドは変更なし";
    Files = "Log files", "ログファイル";
    FilterHint = "Filter events", "イベントを絞り込む";
    FilteredRows = "{} rows", "{} 件";
    FixApply = "Apply the fix", "修正を適用";
    Flow = "Flow", "フロー";
    FlowIntro = "A box is a section: press it to go there, or an output to see its events alone. Red is lost.", "ボックスを押すと設定の該当箇所へ移動します。出力を押すと、そのイベントだけを表示します。赤は失われたイベントです。";
    FluentdSays = "fluentd logs:", "fluentd のログ:";
    FormOf = "The `<parse>` section of `{}`. Changes go into the text; comments, order and spacing stay.", "`{}` の `<parse>` セクションです。変更はテキストに反映され、コメント・順序・空白は保たれます。";
    Found = "found", "結果";
    FromLink = "opened from a link", "リンクから開きました";
    Hints = "{} hints", "ヒント {} 件";
    InEnglish = "English", "英語 (English)";
    InJapanese = "Japanese (日本語)", "日本語";
    KeyComplete = "Complete in the configuration", "設定の入力補完";
    KeyEvents = "Previous and next event", "前・次のイベント";
    KeyNextFailing = "Next line that failed", "次の失敗した行";
    KeyPanels = "Events, Flow, Explain, Checks", "イベント・フロー・説明・チェック";
    KeyPreviousFailing = "Previous line that failed", "前の失敗した行";
    KeyRun = "Run now (it runs on every key anyway)", "今すぐ実行 (通常は入力のたびに自動で実行)";
    KeySave = "Save in this browser", "このブラウザーに保存";
    KeyShare = "Share a link", "リンクを共有";
    KeyTab = "Leaves the editor", "エディターから出る";
    Keys = "Keys", "キー操作";
    LineGone = "removed:", "削除:";
    LineN = "line {}", "{} 行目";
    LineNew = "added:", "追加:";
    LineOf = "line {} of {}", "{} 行目 ({})";
    LinesMatch = "{} of {} lines match", "{} / {} 行が一致";
    LinesOf = "lines {}–{} of {}", "{}–{} 行目 ({})";
    Link = "Link", "リンク";
    LinkChars = "link {} characters", "リンク {} 文字";
    LinkDamaged = "This link could not be read: {}", "このリンクは読み取れませんでした: {}";
    LinkLong = "many chat tools cut links after 2,048 characters; the file is safer", "2,048 文字を超えるリンクは多くのチャットツールで切れます。ファイルのほうが安全です";
    LinkTooLong = "This is too much for a link. Save it as a file instead.", "リンクにするには大きすぎます。ファイルに保存してください。";
    Logs = "Logs", "ログ";
    LostLines = "lines not in the output: {}", "出力されない行: {}";
    LogsHint = "Paste lines from kubectl exec … -- tail /var/log/containers/…, or drop a file", "kubectl exec … -- tail /var/log/containers/… の行を貼り付けるか、ファイルをドロップしてください";
    MakeCheck = "Make a check", "チェックを作成";
    MakeCheckOf = "Make a check of event {}", "イベント {} からチェックを作成";
    MoreProblems = "{} more of the same kinds", "同種の問題がほかに {} 件";
    NextFailing = "To the next such line (F8)", "次の該当行へ (F8)";
    NoEvents = "No line became an event.", "イベントになった行はありません。";
    NoEventsBoot = "fluentd would not start with this configuration, so nothing was read.", "この設定では fluentd が起動しないため、何も読み込まれません。";
    NoFlow = "There is no pipeline yet: write a <source> and a <match>.", "まだパイプラインがありません。<source> と <match> を書いてください。";
    NoKnownFormat = "No format we know takes these lines. Select a part of a line and name it to build a pattern.", "既知の形式には当てはまりません。行の一部を選択して名前を付けると、パターンを作れます。";
    NoLines = "No lines yet. Paste some, or take a sample.", "行がまだありません。貼り付けるか、サンプルを選んでください。";
    NoParseSection = "There is no `<parse>` section to edit. Put the cursor into a `<source>` that has one.", "編集できる `<parse>` セクションがありません。`<parse>` のある `<source>` にカーソルを置いてください。";
    NoPattern = "There is no pattern to explain: no `<parse>` uses `@type regexp`, and no other parameter holds a pattern.", "説明できるパターンがありません。`@type regexp` の `<parse>` も、パターンを持つパラメーターもありません。";
    NoProblems = "no problems", "問題なし";
    NoSuchEvent = "there is no such event", "該当するイベントがありません";
    NotSimulated = "not run here", "ここでは実行されません";
    NothingLeaves = "nothing leaves this page", "データは外部に送信されません";
    NothingPasses = "Nothing passes the filter.", "絞り込みに合うものがありません。";
    NothingToChange = "There is nothing to change.", "変更する箇所はありません。";
    Now = "now", "現在時刻";
    NowTitle = "The time is the clock's, not the line's.", "時刻は行のものではなく、この時計の現在時刻です。";
    OfflineReady = "offline ready", "オフライン対応";
    FlushedTitle = "Left only at shutdown or by a timeout.", "終了時またはタイムアウトで出力されました。";
    OneHint = "1 hint", "ヒント 1 件";
    OneProblem = "1 problem", "問題 1 件";
    Online = "online", "オンライン";
    OpenBoth = "Open both as files", "両方をファイルとして開く";
    Panes = "Panes", "表示切り替え";
    PasteIntoPage = "Pasted as a log file.", "ログファイルとして貼り付けました。";
    Passed = "Passed", "合格";
    Path = "Path of the log file", "ログファイルのパス";
    PathTitle = "{} — press again to change the path: tags come from it", "{} — もう一度押すとパスを変更できます (タグはパスから決まります)";
    Pattern = "Pattern", "パターン";
    PreviewTitle = "What changes", "変更内容";
    Print = "Print", "印刷";
    PrivacyText = "Everything runs in this browser. The page's security policy (`connect-src 'self'`) forbids requests to anywhere else; open the network panel of the developer tools (F12), clear it and type: nothing is sent. Switch the network off and reload: it still works. A shared link holds its data behind the `#`, which browsers never send to a server.", "すべてこのブラウザーの中で動きます。ページのセキュリティーポリシー (`connect-src 'self'`) により、ほかの場所への通信は禁止されています。開発者ツール (F12) のネットワークパネルを消去して入力してみてください。何も送信されません。ネットワークを切って再読み込みしても動きます。共有リンクのデータは `#` より後ろにあり、ブラウザーがサーバーへ送ることはありません。";
    Problems = "{} problems", "問題 {} 件";
    RecordJson = "Record as JSON", "レコードの JSON";
    Recovered = "Your last work was restored from this browser.", "前回の内容をこのブラウザーから復元しました。";
    RemoveCheck = "Remove this check", "このチェックを削除";
    Rename = "Change the path of the log file", "ログファイルのパスを変更";
    ResizeConf = "Height of the logs", "ログ欄の高さ";
    ResizeLeft = "Width of the left side", "左側の幅";
    ResizeStory = "Height of the events", "イベント欄の高さ";
    Results = "Results", "結果";
    Sample = "Sample", "サンプル";
    Samples = "Samples", "サンプル";
    Saved = "Saved in this browser. Nothing was published.", "このブラウザーに保存しました。公開はされていません。";
    SaveFailed = "The browser did not keep it: its storage is full or switched off.", "保存できませんでした。ブラウザーの保存領域が一杯か、無効になっています。";
    SecretsFound = "What looks secret is masked in this link:", "秘密情報と思われるものは、このリンクでは伏せ字にしました:";
    CopyUnmasked = "Copy the link with everything as it is", "伏せ字なしのリンクをコピー";
    Semantics = "fluentd 1.19 semantics · Ruby regex (Onigmo)", "fluentd 1.19 と同じ動作 · Ruby 正規表現 (Onigmo)";
    SevBug = "Not simulated", "シミュレート対象外";
    SevChanged = "A value is changed", "値が変わります";
    SevFatal = "fluentd does not start", "fluentd が起動しません";
    SevHint = "Hint", "ヒント";
    SevLost = "Something is lost", "失われるものがあります";
    Share = "Share", "共有";
    ShareText = "The link holds the lines and the configuration. Anyone with the link can read them; no server is involved.", "リンクには行と設定が含まれます。リンクを知っている人は誰でも内容を読めます。サーバーは介在しません。";
    SideBySide = "Docker ⇄ CRI", "Docker ⇄ CRI";
    StartFailing = "My config says “pattern not matched”", "「pattern not matched」と出る";
    StartMoving = "I am moving from Docker to containerd", "Docker から containerd へ移行中";
    StartPaste = "Paste my lines", "自分の行を貼り付ける";
    StartWord = "Start:", "はじめに:";
    Step = "Step", "段階";
    Story = "How this event came about", "このイベントができるまで";
    StoryOf = "How event {} came about", "イベント {} ができるまで";
    Summary = "{} lines, {} matched, {} not matched, {} events", "{} 行、一致 {}、不一致 {}、イベント {}";
    Tag = "tag", "タグ";
    TagBecame = "tag", "タグ";
    Takes = "Takes", "対象";
    TakesPercent = "takes {} % of the lines", "行の {} % に一致";
    ThemeContrast = "High contrast", "ハイコントラスト";
    ThemeDark = "Dark", "ダーク";
    ThemeIs = "Colours: {}", "配色: {}";
    ThemeLight = "Light", "ライト";
    ThemeSystem = "As the system", "システムに合わせる";
    Time = "time", "時刻";
    TimeField = "time", "時刻";
    TimeTaken = "Time the engine took", "エンジンの処理時間";
    TooLarge = "{} is larger than {} MB; the beginning was read.", "{} は {} MB を超えるため、先頭だけを読み込みました。";
    TypeCommand = "Type a command or a sample", "コマンドまたはサンプル名を入力";
    Unescaped = "A fluentd warning: its line was unescaped.", "fluentd の警告から元の行を取り出しました。";
    UnescapedText = "This is fluentd's own warning. The line inside it, unescaped, is what to work on.", "これは fluentd 自身の警告です。中にある元の行を取り出して調べられます。";
    UnreadableFile = "{} could not be read.", "{} を読み込めませんでした。";
    UseConf = "Use this", "これを使う";
    UseCriConf = "Use the CRI configuration", "CRI 用の設定を使う";
    UseDockerConf = "Use the Docker configuration", "Docker 用の設定を使う";
    UseUnescaped = "Open the lines inside as a file", "中の行をファイルとして開く";
    OnlyThese = "Only these in the grid", "一覧をこれだけにする";
    SplitContainerd = "Split as containerd (pieces of 16 KiB)", "containerd と同じく 16 KiB ごとに分割";
    WhichReadsWhich = "Which configuration reads which lines", "どの設定がどの行を読めるか";
    WhyHint = "Press the mark of a line to see why.", "行の印を押すと理由が表示されます。";
    CopyFile = "Copy {}", "{} をコピー";
    SaveFile = "Download {}", "{} をダウンロード";
    SaveZip = "Download all (.zip)", "すべてダウンロード (.zip)";
    SheetFiles = "Files", "ファイル";
    ExportSheet = "Export for Kubernetes, other agents, issues…", "Kubernetes・ほかのエージェント・Issue 用にエクスポート…";
    ImportSheet = "Import from another tool…", "ほかのツールからインポート…";
    Import = "Import", "インポート";
    ImportText = "Paste a manifest, an IAM policy, Helm values, a `<parse>` section, a Fluent Bit parser, or a pattern (or link) from Fluentular, Rubular or regex101.", "マニフェスト、IAM ポリシー、Helm values、`<parse>` セクション、Fluent Bit のパーサー、または Fluentular・Rubular・regex101 のパターン (リンク) を貼り付けてください。";
    ImportRead = "Read", "読み取る";
    ShareMarkdown = "As Markdown for an issue…", "Issue 用の Markdown…";
    ShareConf = "Without the logs", "ログを含めない";
    WouldNotStart = "fluentd would not start:", "fluentd は起動しません:";
}

#[cfg(test)]
mod tests {
    use super::{Lang, T, count, millis};

    #[test]
    fn no_text_is_missing_and_places_agree() {
        for text in T::ALL {
            let (en, ja) = text.both();
            assert!(!en.trim().is_empty() && !ja.trim().is_empty(), "{text:?}");
            assert_eq!(en.matches("{}").count(), ja.matches("{}").count(), "{text:?}");
            assert_eq!(en.matches('`').count() % 2, 0, "{text:?}");
            assert_eq!(ja.matches('`').count() % 2, 0, "{text:?}");
        }
    }

    #[test]
    fn values_go_into_their_places() {
        assert_eq!(Lang::En.f(T::LinesMatch, &["5", "6"]), "5 of 6 lines match");
        assert_eq!(Lang::Ja.f(T::LineN, &[]), " 行目");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            (count(0), count(999), count(1000), count(1_234_567)),
            ("0".into(), "999".into(), "1,000".into(), "1,234,567".into())
        );
        assert_eq!((millis(412), millis(12_345_678)), ("0.4".to_owned(), "12,345".to_owned()));
    }

    #[test]
    fn the_browser_s_language_decides() {
        assert_eq!((Lang::of_tag("ja-JP"), Lang::of_tag("de")), (Lang::Ja, Lang::En));
    }
}
