//! The pieces of a written date: numbers, months, weekdays, and what stands between.
//!
//! Owns the names of months and weekdays, in English and German.

use jiff::civil::Weekday;

/// Pieces that are looked at.
const MOST: usize = 12;

/// A piece of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// Digits, as written.
    Number(String),
    /// A month by its name.
    Month(i16),
    /// What separates: a slash, a dash, a dot, a comma; a blank only where nothing else stands.
    Mark(char),
}

impl Word {
    /// The pieces of a date, and the weekday in front of it; none if a piece is something else.
    pub(super) fn all(text: &str) -> Option<(Option<Weekday>, Vec<Self>)> {
        let mut rest = text.trim();
        let mut weekday = None;
        let mut words: Vec<Self> = Vec::new();
        while let Some(first) = rest.chars().next() {
            if words.len() > MOST {
                return None;
            }
            let kind = |each: char| (each.is_ascii_digit(), each.is_alphabetic());
            let is_same = |each: &char| kind(*each) == kind(first) && kind(first) != (false, false);
            let length: usize = match rest.chars().take_while(is_same).map(char::len_utf8).sum() {
                0 => first.len_utf8(),
                length => length,
            };
            let (piece, after) = rest.split_at_checked(length)?;
            rest = after;
            match kind(first) {
                (true, _) => words.push(Self::Number(piece.to_owned())),
                (_, true) => match read_word(piece)? {
                    Named::Month(month) => words.push(Self::Month(month)),
                    Named::Weekday(day) if words.is_empty() && weekday.is_none() => {
                        weekday = Some(day);
                        rest = rest.trim_start_matches(['.', ',', ' ', '\u{a0}']);
                    }
                    Named::Ordinal if matches!(words.last(), Some(Self::Number(_))) => (),
                    Named::Weekday(_) | Named::Ordinal => return None,
                },
                _ => add_mark(&mut words, first)?,
            }
        }
        // A month's abbreviation and the day of a German date end in a dot.
        while matches!(words.last(), Some(Self::Mark(' ' | '.'))) {
            words.pop();
        }
        Some((weekday, words))
    }
}

/// Blanks around another mark say nothing.
fn add_mark(words: &mut Vec<Word>, mark: char) -> Option<()> {
    let mark = if mark.is_whitespace() { ' ' } else { mark };
    match (mark, words.last_mut()) {
        (' ', Some(Word::Mark(_)) | None) => (),
        ('/' | '-' | '.' | ',', Some(Word::Mark(before))) if *before == ' ' => *before = mark,
        (' ' | '/' | '-' | '.' | ',', Some(Word::Number(_) | Word::Month(_))) => {
            words.push(Word::Mark(mark))
        }
        ('-' | ',', Some(Word::Mark('.'))) => (),
        _ => return None,
    }
    Some(())
}

/// What a word in a date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Month(i16),
    Weekday(Weekday),
    /// The end of `5th`.
    Ordinal,
}

pub(super) fn read_word(word: &str) -> Option<Named> {
    let word = word.to_lowercase();
    let month = |number| Some(Named::Month(number));
    let day = |day| Some(Named::Weekday(day));
    match word.as_str() {
        "january" | "januar" | "jänner" | "jan" => month(1),
        "february" | "februar" | "feb" => month(2),
        "march" | "märz" | "maerz" | "mar" | "mär" | "mrz" => month(3),
        "april" | "apr" => month(4),
        "may" | "mai" => month(5),
        "june" | "juni" | "jun" => month(6),
        "july" | "juli" | "jul" => month(7),
        "august" | "aug" => month(8),
        "september" | "sept" | "sep" => month(9),
        "october" | "oktober" | "oct" | "okt" => month(10),
        "november" | "nov" => month(11),
        "december" | "dezember" | "dec" | "dez" => month(12),
        "monday" | "montag" | "mon" | "mo" => day(Weekday::Monday),
        "tuesday" | "dienstag" | "tue" | "tues" | "di" => day(Weekday::Tuesday),
        "wednesday" | "mittwoch" | "wed" | "mi" => day(Weekday::Wednesday),
        "thursday" | "donnerstag" | "thu" | "thur" | "thurs" | "do" => day(Weekday::Thursday),
        "friday" | "freitag" | "fri" | "fr" => day(Weekday::Friday),
        "saturday" | "samstag" | "sonnabend" | "sat" | "sa" => day(Weekday::Saturday),
        "sunday" | "sonntag" | "sun" | "so" => day(Weekday::Sunday),
        "st" | "nd" | "rd" | "th" => Some(Named::Ordinal),
        _ => None,
    }
}
