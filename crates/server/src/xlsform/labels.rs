//! What a cell of a label says in plain text.
//!
//! Owns the cleaning: marks of HTML and Markdown go, and an answer that is to stand inside becomes `…`. Must never be
//! longer than a line may be.

use crate::said::{Said, said};
use afield_domain::limits;

/// A label in plain text, and what it has lost.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) notes: Vec<Said>,
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
    let text = cut(&shown);
    if text.len() < shown.len() {
        notes.push(said!(
            label_cut,
            "the label is cut after {} characters",
            limits::LINE_CHARS
        ));
    }
    notes.dedup();
    Label { text, notes }
}

/// `text` no longer than a line may be, and as an answer is stored: without blanks at its ends.
pub(super) fn cut(text: &str) -> String {
    let text: String = text.chars().take(limits::LINE_CHARS).collect();
    text.trim().to_owned()
}

/// Tags that forms use.
const TAGS: &[&str] = &[
    "a",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];
/// A tag with all that stands in it, in bytes.
const TAG_BYTES: usize = 300;
/// Letters of a cell that are looked at: several times what a label may hold, for the marks in it.
const LOOKED_AT: usize = 4 * limits::LINE_CHARS;

/// `text` in one line, without marks.
pub(super) fn plain(text: &str, notes: &mut Vec<Said>) -> String {
    let text: String = text.chars().take(LOOKED_AT).collect();
    // How some say that there is none.
    if text.trim() == "NO_LABEL" {
        return String::new();
    }
    let mut without = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '$', '*']) {
        let (before, from) = rest.split_at(at);
        without.push_str(before);
        let length = mark(from, without.chars().next_back());
        let (gone, after) = from.split_at(length.unwrap_or(1));
        match (length, gone.starts_with('$')) {
            (None, _) => without.push_str(gone),
            (Some(_), true) => {
                without.push('…');
                notes.push(said!(
                    label_answer,
                    "the label showed another answer: it stands there as …"
                ));
            }
            (Some(_), false) if gone.starts_with('<') => without.push(' '),
            (Some(_), false) => {}
        }
        rest = after;
    }
    without.push_str(rest);
    let without = without.replace("&nbsp;", " ").replace("&amp;", "&");
    let mut words: Vec<&str> = without.split_whitespace().collect();
    // A heading of Markdown.
    if words
        .first()
        .is_some_and(|word| word.chars().all(|c| c == '#'))
    {
        words.remove(0);
    }
    words.join(" ")
}

/// How long the mark is that `text` begins with: a tag of HTML, a `${…}`, or a `**` beside a word.
fn mark(text: &str, before: Option<char>) -> Option<usize> {
    if let Some(rest) = text.strip_prefix("**") {
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let is_one = is_edge(before) || is_edge(rest.chars().next());
        return is_one.then_some(2);
    }
    let end_at = |end: u8| {
        let mut bytes = text.bytes().take(TAG_BYTES);
        bytes.position(|byte| byte == end).map(|at| at + 1)
    };
    if text.starts_with("${") {
        return end_at(b'}');
    }
    let name = text.strip_prefix('<')?.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    let is_tag = TAGS.contains(&name.get(..end)?.to_ascii_lowercase().as_str());
    end_at(b'>').filter(|_| is_tag)
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
            ("Is x<y or y>z?", "", "Is x<y or y>z?"),
            ("2**3 **bold**", "", "2**3 bold"),
            ("NO_LABEL", "", "key"),
            ("Pay $5 and ${x}", "", "Pay $5 and …"),
            ("", "Only a hint", "Only a hint"),
            ("", "", "key"),
        ] {
            assert_eq!(label(text, hint, "key").text, expected, "{text}");
        }
        let odd = "<a".repeat(400_000);
        assert!(label(&odd, "", "key").text.starts_with("<a<a"));
        let long = label(&"ü".repeat(600), "", "key");
        assert_eq!((long.text.chars().count(), long.notes.len()), (500, 1));
    }
}
