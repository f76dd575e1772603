//! The time of day behind a date, and its offset.
//!
//! Owns the accepted forms: 24 hours or AM and PM, with or without seconds, `Z` or an offset.

use super::calendar_day::basic_date;
use jiff::civil::Time;
use jiff::tz::Offset;

/// A time of day, with its offset if it is written.
type TimeOfDay = (Time, Option<Offset>);

/// The text of the date, and the time with its offset if there is one.
pub(super) fn split_time(text: &str) -> Option<(&str, Option<TimeOfDay>)> {
    let Some(colon) = text.find(':') else {
        return split_basic_time(text);
    };
    let (before, _) = text.split_at_checked(colon)?;
    let hour_at = before
        .trim_end_matches(|each: char| each.is_ascii_digit())
        .len();
    let (date, time) = text.split_at_checked(hour_at)?;
    // What joins date and time: a blank, a comma, the T of ISO 8601, or a word.
    let date = date.trim_end_matches(|each: char| each.is_whitespace() || each == ',');
    let joined = date.strip_suffix("um").or_else(|| date.strip_suffix("at"));
    let joined = joined.or_else(|| {
        let before_t = date.strip_suffix(['T', 't'])?;
        before_t
            .ends_with(|each: char| each.is_ascii_digit())
            .then_some(before_t)
    });
    let date = joined
        .unwrap_or(date)
        .trim_end_matches(|each: char| each.is_whitespace() || each == ',');
    Some((date, Some(read_time(time)?)))
}

/// `20261231T093000`.
fn split_basic_time(text: &str) -> Option<(&str, Option<TimeOfDay>)> {
    let Some((date, time)) = text
        .split_once(['T', 't'])
        .filter(|(date, _)| date.len() == 8 && basic_date(date).is_some())
    else {
        return Some((text, None));
    };
    let digits = time.len()
        - time
            .trim_start_matches(|each: char| each.is_ascii_digit())
            .len();
    let (clock, offset) = time.split_at_checked(digits)?;
    let part = |from, to| {
        clock
            .get(from..to)
            .map_or(Some(0), |part| part.parse::<i8>().ok())
    };
    if !matches!(digits, 4 | 6) {
        return None;
    }
    let time = Time::new(part(0, 2)?, part(2, 4)?, part(4, 6)?, 0).ok()?;
    let offset = if offset.is_empty() {
        None
    } else {
        Some(read_offset(offset)?)
    };
    Some((date, Some((time, offset))))
}

/// `9:30`, `09:30:15.5 PM`, `09:30 Uhr`, `09:30:00+02:00`.
fn read_time(text: &str) -> Option<TimeOfDay> {
    let end = text.find(|each: char| !(each.is_ascii_digit() || matches!(each, ':' | '.' | ',')));
    let (clock, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let mut parts = clock.trim_end_matches('.').split(':');
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i8> {
        (digits.contains(&text.len()))
            .then(|| text.parse().ok())
            .flatten()
    };
    let hour = number(parts.next()?, 1..=2)?;
    let minute = number(parts.next()?, 2..=2)?;
    let (second, fraction) = match parts.next() {
        None => (0, None),
        Some(second) => match second.split_once(['.', ',']) {
            None => (number(second, 2..=2)?, None),
            Some((second, fraction)) => (number(second, 2..=2)?, Some(fraction)),
        },
    };
    let is_fraction = |text: &str| {
        (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.next().is_some() || !fraction.is_none_or(is_fraction) {
        return None;
    }
    let nanosecond = fraction.map_or(Some(0), |digits| {
        format!("{digits:0<9}").parse::<i32>().ok()
    })?;
    let plain: String = rest
        .chars()
        .filter(|each| !each.is_whitespace() && *each != '.')
        .collect();
    let (hour, offset) = match plain.to_lowercase().as_str() {
        "" | "uhr" => (hour, None),
        "am" if (1..=12).contains(&hour) => (hour % 12, None),
        "pm" if (1..=12).contains(&hour) => (hour % 12 + 12, None),
        "am" | "pm" => return None,
        offset => (hour, Some(read_offset(offset)?)),
    };
    Some((Time::new(hour, minute, second, nanosecond).ok()?, offset))
}

/// `Z`, `UTC`, `+02:00`, `+0200`, `-05`.
fn read_offset(text: &str) -> Option<Offset> {
    if matches!(text.to_lowercase().as_str(), "z" | "utc" | "gmt") {
        return Some(Offset::UTC);
    }
    let sign = if text.starts_with('+') { 1 } else { -1 };
    let digits = text.strip_prefix(['+', '-'])?.replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|rest| !rest.is_empty())
        .map_or(Some(0), |rest| rest.parse().ok())?;
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
