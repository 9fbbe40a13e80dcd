//! What an edit changes, as lines before and after.

use crate::protocol::ConfEdit;

/// The text after edits, whose offsets are UTF-16 units of the text before. Edits that do not fit
/// the text are left out.
pub fn apply(text: &str, edits: &[ConfEdit]) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out: Vec<u16> = Vec::with_capacity(units.len());
    let mut at = 0;
    for edit in edits {
        let (from, to) = (edit.from as usize, edit.to as usize);
        let Some(kept) = units.get(at..from) else { continue };
        if to < from || to > units.len() {
            continue;
        }
        out.extend(kept);
        out.extend(edit.insert.encode_utf16());
        at = to;
    }
    out.extend(units.get(at..).unwrap_or_default());
    String::from_utf16_lossy(&out)
}

/// One line of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'t> {
    /// In both.
    Same(&'t str),
    /// Only before.
    Gone(&'t str),
    /// Only after.
    New(&'t str),
}

/// The lines that differ, with two lines of what is the same round them.
pub fn lines<'t>(before: &'t str, after: &'t str) -> Vec<Line<'t>> {
    const CONTEXT: usize = 2;
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old
        .iter()
        .skip(head)
        .rev()
        .zip(new.iter().skip(head).rev())
        .take_while(|(a, b)| a == b)
        .count();
    let old_middle = old.get(head..old.len() - tail).unwrap_or_default();
    let new_middle = new.get(head..new.len() - tail).unwrap_or_default();
    let above = old.get(head.saturating_sub(CONTEXT)..head).unwrap_or_default();
    let below = old.get(old.len() - tail..).unwrap_or_default();
    let mut lines: Vec<Line<'t>> = above.iter().map(|line| Line::Same(line)).collect();
    lines.extend(middle(old_middle, new_middle));
    lines.extend(below.iter().take(CONTEXT).map(|line| Line::Same(line)));
    lines
}

/// The longest common lines of a middle part, found the plain way; long parts are not compared.
fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    const LONGEST: usize = 400;
    let mut lines = Vec::new();
    if old.len() > LONGEST || new.len() > LONGEST {
        lines.extend(old.iter().map(|line| Line::Gone(line)));
        lines.extend(new.iter().map(|line| Line::New(line)));
        return lines;
    }
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    let at = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(i * width + j) {
                *place = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push(Line::Same(a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                lines.push(Line::Gone(a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(Line::New(b));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, apply, lines};
    use crate::protocol::ConfEdit;

    fn edit(from: u32, to: u32, insert: &str) -> ConfEdit {
        ConfEdit { from, to, insert: insert.to_owned() }
    }

    #[test]
    fn edits_count_utf16_units() {
        assert_eq!(apply("a𠮷b", &[edit(3, 4, "c")]), "a𠮷c");
        assert_eq!(apply("日本", &[edit(0, 1, ""), edit(2, 2, "語")]), "本語");
    }

    #[test]
    fn an_edit_beyond_the_text_is_left_out() {
        assert_eq!(apply("ab", &[edit(5, 9, "x")]), "ab");
        assert_eq!(apply("ab", &[edit(2, 1, "x"), edit(0, 0, "y")]), "yab");
    }

    #[test]
    fn a_difference_shows_what_changed_and_two_lines_round_it() {
        let before = "1\n2\n3\n4\n5\n6\n7";
        let after = "1\n2\n3\nX\n5\n6\n7";
        assert_eq!(
            lines(before, after),
            [
                Line::Same("2"),
                Line::Same("3"),
                Line::Gone("4"),
                Line::New("X"),
                Line::Same("5"),
                Line::Same("6")
            ]
        );
    }

    #[test]
    fn equal_texts_have_only_lines_around() {
        assert!(lines("a\nb", "a\nb").iter().all(|line| matches!(line, Line::Same(_))));
    }
}
