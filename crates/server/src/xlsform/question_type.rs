//! What the column `type` asks for.
//!
//! Owns the names of types, old ones included. Pure. Must never know what Afield makes of one.

use crate::said::{Said, said};

/// A type of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowType {
    Text,
    /// A text in Afield, with what it is there.
    TextFor(&'static str),
    Number {
        is_whole: bool,
    },
    YesNo,
    /// One of a list; `or_other` adds another choice.
    One {
        list: String,
        or_other: bool,
    },
    /// Several of a list.
    Many {
        list: String,
        or_other: bool,
    },
    Date,
    Image,
    Barcode,
    Note,
    Calculation,
    /// Something to be ticked.
    Acknowledge,
    GroupBegin,
    GroupEnd,
    RepeatBegin,
    RepeatEnd,
    /// What a phone notes by itself.
    Noted,
    /// What Afield cannot ask, and its name for people.
    NotThere(&'static str),
    /// A name that nobody knows.
    Unknown,
}

/// What such a row asks for, in a sentence.
pub(super) fn thing(name: &'static str) -> Said {
    match name {
        "choices of a file" => said!(thing_file_choices, "choices of a file"),
        "a place on the map" => said!(thing_place, "a place on the map"),
        "a line on the map" => said!(thing_line, "a line on the map"),
        "an area on the map" => said!(thing_area, "an area on the map"),
        "a sound" => said!(thing_sound, "a sound"),
        "a film" => said!(thing_film, "a film"),
        "a file of any kind" => said!(thing_file, "a file of any kind"),
        "a hidden value" => said!(thing_hidden, "a hidden value"),
        "an entity" => said!(thing_entity, "an entity"),
        "the data of another file" => said!(thing_data, "the data of another file"),
        "another form" => said!(thing_form, "another form"),
        "an order of ranks" => said!(thing_ranks, "an order of ranks"),
        "a time of day" => said!(thing_time, "a time of day"),
        "a day with its time" => said!(thing_moment, "a day with its time"),
        other => other.into(),
    }
}

/// What a cell of the column `type` asks for.
pub(super) fn row_type(cell: &str) -> RowType {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let lower = words.join(" ").to_lowercase();
    let first = lower.split(' ').next().unwrap_or_default();
    if first.starts_with("select_")
        && (first.ends_with("_from_file") || first.ends_with("_external"))
    {
        return RowType::NotThere("choices of a file");
    }
    if let Some((list, or_other)) = list_of(&words, ONE) {
        return RowType::One { list, or_other };
    }
    if let Some((list, or_other)) = list_of(&words, MANY) {
        return RowType::Many { list, or_other };
    }
    match lower.replace('_', " ").as_str() {
        "text" | "string" | "q string" | "text prompt" | "add text prompt" | "email" | "url"
        | "tel" => RowType::Text,
        "integer" | "int" | "q int" | "number prompt" | "integer prompt" | "add integer prompt" => {
            RowType::Number { is_whole: true }
        }
        "decimal" | "range" | "q decimal" | "decimal prompt" | "add decimal prompt" => {
            RowType::Number { is_whole: false }
        }
        "yes or no question" | "boolean" => RowType::YesNo,
        "date" | "q date" | "add date prompt" => RowType::Date,
        "time" | "q time" | "add time prompt" => RowType::TextFor("a time of day"),
        "datetime" | "date time" | "q date time" | "add date time prompt" => {
            RowType::TextFor("a day with its time")
        }
        "image" | "photo" | "q picture" | "add image prompt" | "add photo prompt" => RowType::Image,
        "barcode" | "q barcode" | "add barcode prompt" => RowType::Barcode,
        "note" | "q note" | "add note prompt" => RowType::Note,
        "calculate" | "calculation" | "q calculate" | "add calculate prompt" => {
            RowType::Calculation
        }
        "acknowledge" | "trigger" | "q acknowledge" | "add acknowledge prompt" => {
            RowType::Acknowledge
        }
        "begin group" | "begin section" => RowType::GroupBegin,
        "end group" | "end section" => RowType::GroupEnd,
        "begin repeat" => RowType::RepeatBegin,
        "end repeat" => RowType::RepeatEnd,
        lower if is_of_group(lower, "begin", "group") => RowType::GroupBegin,
        lower if is_of_group(lower, "end", "group") => RowType::GroupEnd,
        // Loops and other repeats of old forms.
        lower if lower.starts_with("begin ") => RowType::RepeatBegin,
        lower if is_of_group(lower, "end", "repeat") || is_of_group(lower, "end", "l") => {
            RowType::RepeatEnd
        }
        "start"
        | "end"
        | "today"
        | "deviceid"
        | "device id"
        | "subscriberid"
        | "subscriber id"
        | "simserial"
        | "sim serial"
        | "sim id"
        | "phonenumber"
        | "phone number"
        | "get phone number"
        | "get start time"
        | "get end time"
        | "get today"
        | "get device id"
        | "get subscriber id"
        | "get sim id"
        | "username"
        | "imei"
        | "uri:deviceid"
        | "uri:subscriberid"
        | "uri:simserial"
        | "uri:phonenumber"
        | "uri:username"
        | "start time"
        | "end time"
        | "audit"
        | "start-geopoint"
        | "background-geopoint" => RowType::Noted,
        "geopoint" | "gps" | "location" | "q geopoint" | "q location" | "add location prompt" => {
            RowType::NotThere("a place on the map")
        }
        "geotrace" | "q geotrace" => RowType::NotThere("a line on the map"),
        "geoshape" | "q geoshape" | "osm" => RowType::NotThere("an area on the map"),
        "audio" | "q audio" | "add audio prompt" | "background-audio" => {
            RowType::NotThere("a sound")
        }
        "video" | "q video" | "add video prompt" => RowType::NotThere("a film"),
        "file" | "add file prompt" => RowType::NotThere("a file of any kind"),
        "hidden" => RowType::NotThere("a hidden value"),
        "entity" => RowType::NotThere("an entity"),
        "xml-external" | "csv-external" => RowType::NotThere("the data of another file"),
        "include" => RowType::NotThere("another form"),
        lower if lower.starts_with("rank ") || lower.starts_with("odk:rank") => {
            RowType::NotThere("an order of ranks")
        }
        lower if lower.starts_with("include ") => RowType::NotThere("another form"),
        lower if lower.starts_with("osm ") => RowType::NotThere("an area on the map"),
        _ => RowType::Unknown,
    }
}

/// Whether it begins with these two words, whatever stands behind them.
fn is_of_group(lower: &str, begin: &str, what: &str) -> bool {
    let rest = lower
        .strip_prefix(begin)
        .and_then(|rest| rest.strip_prefix(' '));
    rest.is_some_and(|rest| rest.starts_with(what))
}

const ONE: &[&str] = &[
    "select_one",
    "select one from",
    "select one using",
    "select one",
    "select1",
    "select_one_from",
    "add select one prompt using",
    "q select1",
];
const MANY: &[&str] = &[
    "select_multiple",
    "select all that apply from",
    "select all that apply",
    "select multiple from",
    "select multiple using",
    "select multiple",
    "select_all_that_apply",
    "add select multiple prompt using",
    "q select",
];

/// What may stand behind the list: that something else can be said too.
const OTHER: &[&[&str]] = &[&["or_other"], &["or", "other"], &["or", "specify", "other"]];

/// The list that is chosen from, if the type begins as one of `starts`, and whether something else can be said.
fn list_of(words: &[&str], starts: &[&str]) -> Option<(String, bool)> {
    let begins = |start: &&&str| {
        let start: Vec<&str> = start.split(' ').collect();
        words.len() > start.len() && is_same(words.iter().take(start.len()), &start)
    };
    // The longest that fits.
    let start = starts
        .iter()
        .filter(begins)
        .max_by_key(|start| start.len())?;
    let rest = words.get(start.split(' ').count()..)?;
    let ends = |tail: &&&[&str]| {
        rest.len() > tail.len() && is_same(rest.iter().skip(rest.len() - tail.len()), tail)
    };
    let tail = OTHER.iter().find(ends).map_or(0, |tail| tail.len());
    Some((rest.get(..rest.len() - tail)?.join(" "), tail > 0))
}

fn is_same<'a>(words: impl Iterator<Item = &'a &'a str>, wanted: &[&str]) -> bool {
    let words: Vec<String> = words.map(|word| word.to_lowercase()).collect();
    words == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_every_age() {
        let one = |list: &str, or_other| RowType::One {
            list: list.into(),
            or_other,
        };
        let many = |list: &str, or_other| RowType::Many {
            list: list.into(),
            or_other,
        };
        for (cell, expected) in [
            ("text", RowType::Text),
            (" Integer ", RowType::Number { is_whole: true }),
            ("decimal", RowType::Number { is_whole: false }),
            ("select_one yes_no", one("yes_no", false)),
            ("select_one  yes_no   or_other", one("yes_no", true)),
            (
                "select one from yes_no or specify other",
                one("yes_no", true),
            ),
            ("select all that apply from fruits", many("fruits", false)),
            ("select_multiple fruits or_other", many("fruits", true)),
            ("select_multiple ${roster}", many("${roster}", false)),
            (
                "select_one_from_file towns.csv",
                RowType::NotThere("choices of a file"),
            ),
            (
                "select_multiple_from_file towns.csv",
                RowType::NotThere("choices of a file"),
            ),
            (
                "select_one_external towns",
                RowType::NotThere("choices of a file"),
            ),
            ("begin group", RowType::GroupBegin),
            ("begin_group", RowType::GroupBegin),
            ("end_repeat", RowType::RepeatEnd),
            ("begin group household", RowType::GroupBegin),
            ("begin lgroup", RowType::RepeatBegin),
            ("begin loop over pets", RowType::RepeatBegin),
            ("end lgroup", RowType::RepeatEnd),
            ("end looped group", RowType::RepeatEnd),
            ("geopoint", RowType::NotThere("a place on the map")),
            ("dateTime", RowType::TextFor("a day with its time")),
            ("start", RowType::Noted),
            ("select_one", RowType::Unknown),
            ("wobble", RowType::Unknown),
            ("", RowType::Unknown),
        ] {
            assert_eq!(row_type(cell), expected, "{cell}");
        }
    }
}
