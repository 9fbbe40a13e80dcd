//! Lines that became nothing, and the parser that read them: what a person goes through with F8.

use super::FileId;
use super::run::{Engine, is_conf};
use super::unit::{UnitKey, fate};
use crate::diag::codes::tail::NOT_READ;
use crate::diag::{Diagnostic, Message};
use crate::source::{SourceId, Span};

/// Paths that a pattern takes: with the file's own name in its folder, or with a word for each star.
fn named(pattern: &str, name: &str) -> [String; 3] {
    let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
    let plain = |text: &str| text.replace("**/", "").replace('*', "app");
    let last = pattern.rsplit('/').next().unwrap_or_default();
    let stem = name.strip_suffix(".log").unwrap_or(name);
    [
        format!("{}/{name}", plain(folder)),
        format!("{}/{}", plain(folder), last.replacen('*', stem, 1)),
        plain(pattern),
    ]
}

impl Engine {
    /// The first `most` lines of a file that a parser did not take or that were lost after it, in
    /// order, as far as the run has come.
    pub fn failing(&self, file: FileId, most: usize) -> Vec<u32> {
        let mut failing = Vec::new();
        for unit in &self.units {
            let UnitKey::Chunk { file: own, chunk, .. } = unit.key else { continue };
            if own != file || !unit.has_lost || failing.len() >= most {
                continue;
            }
            let Some(first) = self.first_line_of_chunk(file, chunk) else { continue };
            for (line, bits) in unit.fates.iter().enumerate() {
                if fate::is_lost(*bits) && failing.len() < most {
                    failing.push(first + line as u32);
                }
            }
        }
        crate::order::sort(&mut failing);
        failing.dedup();
        failing
    }

    /// Files with lines that no source reads, and a path under which one would; none where fluentd
    /// does not start.
    pub fn unread(&self) -> Vec<(FileId, Option<String>)> {
        let Some(pipeline) = self.pipeline.as_ref().filter(|_| self.boot_error.is_none()) else {
            return Vec::new();
        };
        let mut unread: Vec<(FileId, Option<String>)> = Vec::new();
        for (file, known) in self.files.iter() {
            if known.text.lines() == 0 || is_conf(&known.path) || !self.sources_of(*file).is_empty()
            {
                continue;
            }
            let free = |path: &String| {
                self.files.values().all(|known| *known.path != **path)
                    && unread.iter().all(|(_, taken)| taken.as_ref() != Some(path))
            };
            let name = known.path.rsplit('/').next().unwrap_or_default();
            let tails = pipeline
                .sources
                .iter()
                .enumerate()
                .filter_map(|(at, source)| Some((at, source.tail.as_ref()?)));
            let would = tails.flat_map(|(at, tail)| {
                let now = pipeline.agent.environment.now;
                let paths = tail.paths();
                let written = paths.paths.iter().map(move |path| paths.formatted(path, now));
                written.flat_map(|path| named(&path, name)).map(move |path| (at, path))
            });
            let reads = |(at, path): &(usize, String)| {
                !pipeline.tailed(*at, &[(*file, path)], self.settings.existing).is_empty()
                    && free(path)
            };
            let path = would.into_iter().find(reads).map(|(_, path)| path);
            unread.push((*file, path));
        }
        unread
    }

    /// True when some source reads files.
    pub fn tails(&self) -> bool {
        self.pipeline
            .iter()
            .flat_map(|pipeline| &pipeline.sources)
            .any(|source| source.tail.is_some())
    }

    /// What is to be said about them.
    pub(super) fn not_read(&self) -> impl Iterator<Item = Diagnostic> {
        self.unread().into_iter().filter_map(|(file, would)| {
            let path = &self.files.get(&file)?.path;
            let sources = self.root.as_ref()?.elements.iter().filter(|element| element.name == "source");
            let tail = sources.filter(|source| source.text("@type") == Some("tail")).last();
            let message = match tail.and_then(|source| source.text("path")) {
                Some(written) => Message::new(
                    format!("No source reads {path}: the configuration reads `{written}`."),
                    format!("{path} を読む source がありません。設定が読むのは `{written}` です。"),
                ),
                None => Message::new(
                    format!("No source reads {path}: there is no `<source>` with `@type tail`."),
                    format!("{path} を読む source がありません。`@type tail` の `<source>` がないためです。"),
                ),
            };
            let mut found = Diagnostic::new(&NOT_READ, message);
            if let Some(attr) = tail.and_then(|source| source.peek("path")) {
                found = found.at(attr.source, attr.value_span);
            }
            if let Some(would) = would {
                found = found.note(Message::new(
                    format!("Called `{would}` it would be read."),
                    format!("ファイルのパスが `{would}` なら読まれます。"),
                ));
            }
            Some(found)
        })
    }

    pub(super) fn first_line_of_chunk(&self, file: FileId, chunk: u32) -> Option<u32> {
        let text = &self.files.get(&file)?.text;
        let at = text.chunks().iter().position(|known| known.id == chunk)?;
        Some(text.first_line(at))
    }

    /// The `<parse>` section of the source that reads a file.
    pub fn parse_place(&self, file: FileId) -> Option<(SourceId, Span)> {
        let source = *self.sources_of(file).first()?;
        self.pipeline.as_ref()?.sources.get(source)?.parse_place
    }
}
