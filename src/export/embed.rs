//! The playground in a frame of another page.

use super::ExportFile;

/// The HTML of a frame with what `link` opens. It grows with the frame's content: the frame tells
/// its height with a message, and the page around it listens to its own frame only.
///
/// ```
/// use fluentd_playground::export::embed::html;
/// let file = html("https://example.org/#1abc", false);
/// assert!(file.text.contains("src=\"https://example.org/#embed-ro:1abc\""));
/// ```
pub fn html(link: &str, interactive: bool) -> ExportFile {
    let mark = if interactive { "#embed:" } else { "#embed-ro:" };
    let address = link.replacen('#', mark, 1).replace('&', "&amp;").replace('"', "&quot;");
    ExportFile::new(
        "embed.html",
        format!(
            "<iframe src=\"{address}\" title=\"Fluentd Playground\" width=\"100%\" height=\"600\" loading=\"lazy\"></iframe>\n\
             <script>\n  addEventListener(\"message\", (event) => {{\n    \
             const frame = [...document.querySelectorAll(\"iframe\")].find((it) => it.contentWindow === event.source);\n    \
             const height = event.data && event.data.fluentdPlaygroundHeight;\n    \
             if (frame && Number.isFinite(height)) frame.height = Math.min(height, 4000);\n  }});\n</script>\n"
        ),
    )
}
