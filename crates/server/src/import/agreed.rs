//! What was agreed with a customer as people write it in a list: how often visits are due, and within how many hours
//! somebody comes.
//!
//! Owns the words, in English and German, and what the head of a column says about a bare number. Pure. What can be read in
//! two ways (`biweekly`, `2 jährlich`) is not read: must never guess.

use afield_domain::limits;
use afield_domain::visits::Interval;

const MONTHS_A_YEAR: u32 = 12;
const WEEKS_A_YEAR: u32 = 52;
const HOURS_A_DAY: u32 = 24;

/// What says that nothing was agreed.
const NOTHING: [&str; 9] = ["", "-", "–", "—", "0", "none", "no", "keine", "nein"];

/// What stands for how often in one word.
const NAMED: [(&str, Interval); 14] = [
    ("fortnightly", Interval::Weeks(2)),
    ("vierzehntägig", Interval::Weeks(2)),
    ("zweiwöchentlich", Interval::Weeks(2)),
    ("zweimonatlich", Interval::Months(2)),
    ("dreimonatlich", Interval::Months(3)),
    ("vierteljährlich", Interval::Months(3)),
    ("quartalsweise", Interval::Months(3)),
    ("sechsmonatlich", Interval::Months(6)),
    ("halbjährlich", Interval::Months(6)),
    ("halbjährig", Interval::Months(6)),
    ("halfyearly", Interval::Months(6)),
    ("semiannually", Interval::Months(6)),
    ("semiannual", Interval::Months(6)),
    ("zweijährlich", Interval::Months(24)),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// How often visits are due, as a contract writes it; empty if none are agreed, none if the cell cannot be read. `head`
/// stands above the column.
pub(super) fn read_visits(cell: &str, head: &str) -> Option<String> {
    if NOTHING.contains(&cell.to_lowercase().as_str()) {
        return Some(String::new());
    }
    let written = cell.to_uppercase().parse().ok();
    let interval = written.or_else(|| read_interval(&cell.to_lowercase(), head))?;
    // As a contract takes it: not too long.
    let interval: Interval = interval.to_string().parse().ok()?;
    Some(interval.to_string())
}

fn read_interval(cell: &str, head: &str) -> Option<Interval> {
    let joined: String = cell.chars().filter(|each| !" -".contains(*each)).collect();
    if let Some((_, interval)) = NAMED.iter().find(|(word, _)| *word == joined) {
        return Some(*interval);
    }
    let words = words(cell)?;
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let (is_every, all) = match all.as_slice() {
        [first, rest @ ..] if is_every(first) => (true, rest),
        all => (false, all),
    };
    let (count, rest) = match all {
        [first, rest @ ..] => match number(first) {
            Some(count) => (Some(count), rest),
            None => (None, all),
        },
        [] => return None,
    };
    match (count, rest) {
        (Some(count), []) if !is_every => by_head(count, head),
        (count, [word]) if let Some(unit) = unit(word) => every(count.unwrap_or(1), unit),
        (None, [word]) if !is_every => every(1, adverb(word)?),
        // `14-tägig` and `3-monatlich`; in `2 jährlich` nobody knows.
        (Some(count), [word]) if matches!(*word, "tägig" | "wöchentlich" | "monatlich") => {
            every(count, adverb(word)?)
        }
        (None, [times, word]) if !is_every && adverb(word).is_some() => {
            per(number_of_times(times)?, adverb(word)?)
        }
        (None, [times, rest @ ..]) if !is_every => per_period(number_of_times(times)?, rest),
        (Some(count), rest) if !is_every => per_period(count, rest),
        _ => None,
    }
}

/// `x jährlich`, `times a year`, `per year`.
fn per_period(count: u32, rest: &[&str]) -> Option<Interval> {
    let is_small = |word: &&&str| {
        matches!(
            **word,
            "x" | "mal" | "times" | "time" | "per" | "pro" | "a" | "an" | "im" | "in" | "je"
        )
    };
    let small = rest.iter().take_while(is_small).count();
    match rest.split_at_checked(small)? {
        (small, [word]) if !small.is_empty() => per(count, unit(word).or_else(|| adverb(word))?),
        _ => None,
    }
}

/// A bare number, by what the column says that it counts.
fn by_head(count: u32, head: &str) -> Option<Interval> {
    let head = words(
        &head
            .to_lowercase()
            .replace(['(', ')', '[', ']', '/', ',', ':'], " "),
    )?;
    let is_per = head.windows(2).any(
        |pair| matches!(pair, [one, _] if matches!(one.as_str(), "per" | "pro" | "im" | "je")),
    );
    let mut units = head.iter().filter_map(|word| unit(word));
    match (units.next(), units.next(), is_per) {
        (Some(unit), None, true) => per(count, unit),
        (Some(unit), None, false) => every(count, unit),
        _ => None,
    }
}

fn every(count: u32, unit: Unit) -> Option<Interval> {
    let months = |each: u32| count.checked_mul(each).map(Interval::Months);
    match unit {
        Unit::Day if count.is_multiple_of(7) => Some(Interval::Weeks(count / 7)),
        Unit::Week => Some(Interval::Weeks(count)),
        Unit::Month => months(1),
        Unit::Quarter => months(3),
        Unit::Year => months(MONTHS_A_YEAR),
        Unit::Hour | Unit::Day => None,
    }
}

/// So many times in a period, where that comes out even.
fn per(count: u32, unit: Unit) -> Option<Interval> {
    match (unit, count) {
        (_, 0) => None,
        (unit, 1) => every(1, unit),
        (Unit::Year, count) if MONTHS_A_YEAR.is_multiple_of(count) => {
            Some(Interval::Months(MONTHS_A_YEAR / count))
        }
        (Unit::Year, count) if WEEKS_A_YEAR.is_multiple_of(count) => {
            Some(Interval::Weeks(WEEKS_A_YEAR / count))
        }
        _ => None,
    }
}

/// Hours within which somebody must be there; 0 if nothing was agreed, none if the cell cannot be read. `head` stands above
/// the column.
pub(super) fn read_hours(cell: &str, head: &str) -> Option<u32> {
    let cell = cell.to_lowercase();
    if NOTHING.contains(&cell.as_str()) {
        return Some(0);
    }
    let whole = [",0", ".0", ",00", ".00"].iter();
    let whole = whole.filter_map(|end| cell.strip_suffix(end)).next();
    let words = words(whole.unwrap_or(&cell))?;
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let all = match all.as_slice() {
        ["within" | "innerhalb" | "binnen" | "in", rest @ ..] => rest,
        all => all,
    };
    let (count, unit) = match all {
        [count] => {
            let head = self::words(&head.to_lowercase().replace(['(', ')', '[', ']'], " "));
            let mut units = head.iter().flatten().filter_map(|word| unit(word));
            (number(count)?, units.next().unwrap_or(Unit::Hour))
        }
        [count, word] => (number(count)?, unit(word)?),
        _ => return None,
    };
    let hours = match unit {
        Unit::Hour => Some(count),
        Unit::Day => count.checked_mul(HOURS_A_DAY),
        _ => None,
    };
    hours.filter(|hours| *hours <= limits::RESPONSE_HOURS)
}

/// The words and numbers of a text; none if anything else stands between them than blanks, a hyphen before a word, or a
/// dot behind one.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for each in text.replace('×', "x").chars() {
        let is_same_sort = before.is_alphabetic() == each.is_alphabetic();
        match each {
            ' ' => {}
            '-' if before.is_alphanumeric() => {}
            '.' if before.is_alphabetic() => {}
            each if each.is_alphabetic() || each.is_ascii_digit() => {
                // `3-6` is no number.
                if before == '-' && each.is_ascii_digit() {
                    return None;
                }
                match words
                    .last_mut()
                    .filter(|_| is_same_sort && before.is_alphanumeric())
                {
                    Some(word) => word.push(each),
                    None => words.push(each.to_string()),
                }
            }
            _ => return None,
        }
        before = each;
    }
    Some(words)
}

fn is_every(word: &str) -> bool {
    matches!(
        word,
        "every" | "each" | "alle" | "aller" | "jede" | "jeden" | "jedes" | "all"
    )
}

fn number(word: &str) -> Option<u32> {
    Some(match word {
        "one" | "ein" | "eine" | "einen" | "einem" => 1,
        "two" | "zwei" => 2,
        "three" | "drei" => 3,
        "four" | "vier" => 4,
        "six" | "sechs" => 6,
        "twelve" | "zwölf" => 12,
        digits => return digits.parse().ok(),
    })
}

fn number_of_times(word: &str) -> Option<u32> {
    Some(match word {
        "once" | "einmal" => 1,
        "twice" | "zweimal" => 2,
        "dreimal" => 3,
        "viermal" => 4,
        _ => return None,
    })
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" => Unit::Hour,
        "d" | "day" | "days" | "tag" | "tage" | "tagen" => Unit::Day,
        "week" | "weeks" | "woche" | "wochen" => Unit::Week,
        "month" | "months" | "monat" | "monate" | "monaten" => Unit::Month,
        "quarter" | "quarters" | "quartal" | "quartale" => Unit::Quarter,
        "year" | "years" | "annum" | "jahr" | "jahre" | "jahren" => Unit::Year,
        _ => return None,
    })
}

fn adverb(word: &str) -> Option<Unit> {
    Some(match word {
        "tägig" => Unit::Day,
        "weekly" | "wöchentlich" => Unit::Week,
        "monthly" | "monatlich" => Unit::Month,
        "quarterly" => Unit::Quarter,
        "yearly" | "annually" | "annual" | "jährlich" => Unit::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_visits_are_due_is_read_in_words_of_both_languages() {
        for (cells, expected) in [
            ("|-|none|Keine|0", ""),
            (
                "P1W|p1w|weekly|wöchentlich|every week|jede Woche|1 week|7 days|52 x im Jahr",
                "P1W",
            ),
            (
                "fortnightly|14-tägig|14 tägig|vierzehntägig|2-wöchentlich|alle 2 Wochen|alle zwei Wochen|every two weeks|every 14 days|alle 14 Tage",
                "P2W",
            ),
            (
                "monthly|Monatlich|every month|jeden Monat|1 Monat|12 x jährlich|1 x im Monat|einmal im Monat",
                "P1M",
            ),
            (
                "P3M|quarterly|vierteljährlich|quartalsweise|every quarter|alle 3 Monate|every 3 months|3 months|3-monatlich|4 x im Jahr|4x pro Jahr|4 × jährlich|viermal jährlich|4 times a year|4 per year",
                "P3M",
            ),
            (
                "half-yearly|half yearly|halbjährlich|alle 6 Monate|zweimal im Jahr|twice a year|2 x jährlich|2 mal im Jahr",
                "P6M",
            ),
            (
                "yearly|annually|jährlich|Jährlich|every year|jedes Jahr|12 Monate|1 Jahr|1 x jährlich|once a year|1x im Jahr",
                "P12M",
            ),
            (
                "every two years|alle 2 Jahre|zweijährlich|24 months",
                "P24M",
            ),
            ("52 weeks", "P52W"),
        ] {
            for cell in cells.split('|') {
                assert_eq!(
                    read_visits(cell, "Visits").as_deref(),
                    Some(expected),
                    "{cell}"
                );
            }
        }
    }

    #[test]
    fn what_does_not_say_how_often_is_not_guessed() {
        for cell in [
            "3",
            "12",
            "often",
            "nach Bedarf",
            "biweekly",
            "bi-monthly",
            "2 jährlich",
            "3-6 Monate",
            "3/6 Monate",
            "3,5 Monate",
            "25 months",
            "53 weeks",
            "P25M",
            "P0M",
            "every 10 days",
            "alle 3 Jahre",
            "5 x im Jahr",
            "2 x im Monat",
            "2 x",
            "every",
            "0 Monate",
            "monthly or yearly",
            "3. Monat",
            "4 hours",
            "4294967296 months",
            "2 x year x",
        ] {
            assert_eq!(read_visits(cell, "Visits"), None, "{cell}");
        }
    }

    #[test]
    fn a_bare_number_is_what_its_column_counts() {
        for (cell, head, expected) in [
            ("3", "Intervall (Monate)", Some("P3M")),
            ("12", "Wartungsintervall in Monaten", Some("P12M")),
            ("2", "Interval [weeks]", Some("P2W")),
            ("4", "Besuche pro Jahr", Some("P3M")),
            ("2", "Visits per year", Some("P6M")),
            ("5", "Visits per year", None),
            ("25", "Intervall (Monate)", None),
            ("1", "Weeks or months", None),
            ("1", "Turnus", None),
            // What stands in the cell says it itself.
            ("2 Wochen", "Intervall (Monate)", Some("P2W")),
        ] {
            assert_eq!(
                read_visits(cell, head).as_deref(),
                expected,
                "{cell} {head}"
            );
        }
    }

    #[test]
    fn hours_are_whole_and_a_day_has_twenty_four() {
        for (cell, head, expected) in [
            ("", "", Some(0)),
            ("keine", "", Some(0)),
            ("4", "", Some(4)),
            ("4,0", "", Some(4)),
            ("4.00", "", Some(4)),
            ("24h", "", Some(24)),
            ("4 Std.", "", Some(4)),
            ("innerhalb 8 Stunden", "", Some(8)),
            ("within 48 hours", "", Some(48)),
            ("2 Tage", "", Some(48)),
            ("2", "Reaktionszeit (Tage)", Some(48)),
            ("8", "Reaktionszeit (h)", Some(8)),
            ("8760", "", Some(8_760)),
            ("365 days", "", Some(8_760)),
            ("8761", "", None),
            ("4.5", "", None),
            ("1.000", "", None),
            ("-4", "", None),
            ("2 Werktage", "", None),
            ("next day", "", None),
            ("2 weeks", "", None),
            ("4294967296", "", None),
        ] {
            assert_eq!(read_hours(cell, head), expected, "{cell} {head}");
        }
    }
}
