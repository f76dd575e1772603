//! Dates and times as text, by the patterns that the app uses.
//!
//! Owns those few: `%H %M %S` (two digits), `%-d` (day of the month), `%A %a` (weekday), `%B %b` (month);
//! they mean what strftime means by them. Must never grow into a library: that is what it stands in for.

use jiff::civil::{DateTime, Weekday};

/// `at` by `pattern`. What is no pattern of ours stays as it is written.
pub(crate) fn format(at: DateTime, pattern: &str) -> String {
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
            Some('A') => text.push_str(weekday(at.weekday())),
            Some('a') => text.extend(weekday(at.weekday()).chars().take(3)),
            Some('B') => text.push_str(month(at.month())),
            Some('b') => text.extend(month(at.month()).chars().take(3)),
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

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(number: i8) -> &'static str {
    match number {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_strftime_writes() {
        let pattern = "%A %a, %-d %B %b, %H:%M:%S";
        for month in 1..=12 {
            for day in [1, 2, 9, 10, 27, 28] {
                let at = jiff::civil::datetime(2026, month, day, day % 24, day, 59 - day, 0);
                assert_eq!(format(at, pattern), at.strftime(pattern).to_string());
            }
        }
    }

    #[test]
    fn what_it_does_not_know_stays() {
        let at = jiff::civil::datetime(2026, 11, 1, 0, 0, 0, 0);
        assert_eq!(format(at, "100%, %Q"), "100%, %Q");
    }
}
