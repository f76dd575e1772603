//! Dates and times as text, by the patterns that the app uses.
//!
//! Owns the forms, a pattern for each language, and what a pattern may hold: `%H %M %S` (two digits),
//! `%-d` (day of the month), `%A %a` (weekday), `%B %b` (month), `%Y` (year); they mean what strftime means
//! by them. Must never grow into a library: that is what it stands in for.

use crate::language::Language;
use jiff::civil::{DateTime, Weekday};

/// How a date or a time is written: a pattern for each language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    english: &'static str,
    german: &'static str,
}

/// 08:05
pub(crate) const TIME: Form = Form {
    english: "%H:%M",
    german: "%H:%M",
};

/// Sat 21 Nov, 08:05
pub(crate) const DAY_AND_TIME: Form = Form {
    english: "%a %-d %b, %H:%M",
    german: "%a %-d. %b, %H:%M",
};

/// 21 Nov, 08:05
pub(crate) const DATE_AND_TIME: Form = Form {
    english: "%-d %b, %H:%M",
    german: "%-d. %b, %H:%M",
};

/// 21 Nov, 08:05:09
pub(crate) const DATE_AND_SECOND: Form = Form {
    english: "%-d %b, %H:%M:%S",
    german: "%-d. %b, %H:%M:%S",
};

/// Saturday, 21 November
pub(crate) const LONG_DAY: Form = Form {
    english: "%A, %-d %B",
    german: "%A, %-d. %B",
};

/// Saturday
pub(crate) const WEEKDAY: Form = Form {
    english: "%A",
    german: "%A",
};

/// Sat
pub(crate) const SHORT_WEEKDAY: Form = Form {
    english: "%a",
    german: "%a",
};

/// Sat 21 Nov
pub(crate) const SHORT_DAY: Form = Form {
    english: "%a %-d %b",
    german: "%a %-d. %b",
};

/// 21 Nov
pub(crate) const DATE_OF_YEAR: Form = Form {
    english: "%-d %b",
    german: "%-d. %b",
};

/// 21 Nov 2026
pub(crate) const DATE: Form = Form {
    english: "%-d %b %Y",
    german: "%-d. %b %Y",
};

/// `at` in `form`.
pub(crate) fn write(at: DateTime, form: Form, language: Language) -> String {
    let pattern = match language {
        Language::English => form.english,
        Language::German => form.german,
    };
    format(at, pattern, language)
}

/// `at` by `pattern`. What is no pattern of ours stays as it is written.
fn format(at: DateTime, pattern: &str, language: Language) -> String {
    let mut parts = pattern.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let part = part.strip_prefix('-').unwrap_or(part);
        let mut rest = part.chars();
        match rest.next() {
            Some('H') => push_two(&mut text, at.hour()),
            Some('M') => push_two(&mut text, at.minute()),
            Some('S') => push_two(&mut text, at.second()),
            Some('d') => text.push_str(&at.day().to_string()),
            Some('Y') => text.push_str(&at.year().to_string()),
            Some('A') => text.push_str(weekday(at.weekday(), language)),
            Some('a') => {
                let letters = match language {
                    Language::English => 3,
                    Language::German => 2,
                };
                text.extend(weekday(at.weekday(), language).chars().take(letters));
            }
            Some('B') => text.push_str(month(at.month(), language)),
            Some('b') => text.extend(month(at.month(), language).chars().take(3)),
            Some(other) => text.extend(['%', other]),
            None => text.push('%'),
        }
        text.push_str(rest.as_str());
    }
    text
}

fn push_two(text: &mut String, number: i8) {
    if number < 10 {
        text.push('0');
    }
    text.push_str(&number.to_string());
}

fn weekday(day: Weekday, language: Language) -> &'static str {
    let (english, german) = match day {
        Weekday::Monday => ("Monday", "Montag"),
        Weekday::Tuesday => ("Tuesday", "Dienstag"),
        Weekday::Wednesday => ("Wednesday", "Mittwoch"),
        Weekday::Thursday => ("Thursday", "Donnerstag"),
        Weekday::Friday => ("Friday", "Freitag"),
        Weekday::Saturday => ("Saturday", "Samstag"),
        Weekday::Sunday => ("Sunday", "Sonntag"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

fn month(number: i8, language: Language) -> &'static str {
    let (english, german) = match number {
        1 => ("January", "Januar"),
        2 => ("February", "Februar"),
        3 => ("March", "März"),
        4 => ("April", "April"),
        5 => ("May", "Mai"),
        6 => ("June", "Juni"),
        7 => ("July", "Juli"),
        8 => ("August", "August"),
        9 => ("September", "September"),
        10 => ("October", "Oktober"),
        11 => ("November", "November"),
        _ => ("December", "Dezember"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_strftime_writes() {
        let pattern = "%A %a, %-d %B %b %Y, %H:%M:%S";
        for month in 1..=12 {
            for day in [1, 2, 9, 10, 27, 28] {
                let at = jiff::civil::datetime(2026, month, day, day % 24, day, 59 - day, 0);
                assert_eq!(
                    format(at, pattern, Language::English),
                    at.strftime(pattern).to_string()
                );
            }
        }
    }

    #[test]
    fn each_form_reads_well_in_each_language() {
        let at = jiff::civil::datetime(2026, 3, 7, 8, 5, 9, 0);
        for (form, english, german) in [
            (TIME, "08:05", "08:05"),
            (DAY_AND_TIME, "Sat 7 Mar, 08:05", "Sa 7. Mär, 08:05"),
            (DATE_AND_TIME, "7 Mar, 08:05", "7. Mär, 08:05"),
            (DATE_AND_SECOND, "7 Mar, 08:05:09", "7. Mär, 08:05:09"),
            (LONG_DAY, "Saturday, 7 March", "Samstag, 7. März"),
            (DATE, "7 Mar 2026", "7. Mär 2026"),
        ] {
            assert_eq!(write(at, form, Language::English), english);
            assert_eq!(write(at, form, Language::German), german);
        }
    }

    #[test]
    fn what_it_does_not_know_stays() {
        let at = jiff::civil::datetime(2026, 11, 1, 0, 0, 0, 0);
        assert_eq!(format(at, "100%, %Q", Language::German), "100%, %Q");
    }
}
