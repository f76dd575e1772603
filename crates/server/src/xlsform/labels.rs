//! What a cell of a label says in plain text.
//!
//! Owns the cleaning: marks of HTML and Markdown go, and an answer that is to stand inside becomes `…`. Must never be
//! longer than a line may be.

use afield_domain::limits;

/// A label in plain text, and what it has lost.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
}

/// The label of a row, with its hint in brackets; `name` where it has none.
pub(super) fn label(text: &str, hint: &str, name: &str) -> Label {
    let mut notes = Vec::new();
    let shown = plain(text, &mut notes);
    let hint = plain(hint, &mut notes);
    let shown = match (shown.is_empty(), hint.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => hint,
        (false, true) => shown,
        (false, false) => format!("{shown} ({hint})"),
    };
    let text: String = shown.chars().take(limits::LINE_CHARS).collect();
    if text.len() < shown.len() {
        notes.push(format!(
            "the label is cut after {} characters",
            limits::LINE_CHARS
        ));
    }
    notes.dedup();
    Label { text, notes }
}

/// `text` in one line, without marks.
pub(super) fn plain(text: &str, notes: &mut Vec<String>) -> String {
    let mut without = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '$']) {
        let (before, from) = rest.split_at(at);
        without.push_str(before);
        let (gone, after) = match markup(from) {
            Some(found) => found,
            None => {
                let mut letters = from.chars();
                without.extend(letters.next());
                rest = letters.as_str();
                continue;
            }
        };
        if gone.starts_with('$') {
            without.push('…');
            notes.push("the label showed another answer: it stands there as …".into());
        } else {
            without.push(' ');
        }
        rest = after;
    }
    without.push_str(rest);
    let without = without
        .replace("**", "")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let lines = without
        .split_whitespace()
        .map(|word| word.trim_start_matches('#'));
    let words: Vec<&str> = lines.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A tag of HTML or a `${…}` at the start of `text`, and what follows.
fn markup(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with("${") {
        text.find('}')?
    } else {
        let second = text.chars().nth(1)?;
        if !(second.is_ascii_alphabetic() || second == '/') {
            return None;
        }
        text.find('>')?
    };
    Some(text.split_at(end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_plain_text_in_one_line() {
        for (text, hint, expected) in [
            ("How old?", "", "How old?"),
            ("  How\nold? ", " in years ", "How old? (in years)"),
            ("<b>How</b> old is ${name}?", "", "How old is …?"),
            ("### **Results**", "", "Results"),
            ("3 < 4", "", "3 < 4"),
            ("<", "", "<"),
            ("a ${b", "", "a ${b"),
            ("<span style=\"x\">Stop</span>", "", "Stop"),
            ("", "Only a hint", "Only a hint"),
            ("", "", "key"),
        ] {
            assert_eq!(label(text, hint, "key").text, expected, "{text}");
        }
        let long = label(&"ü".repeat(600), "", "key");
        assert_eq!((long.text.chars().count(), long.notes.len()), (500, 1));
    }
}
