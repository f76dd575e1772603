//! Kinds of questions and what is wrong with one, in the words of the screen.

use super::kind::Kind;
use crate::tr;
use afield_domain::answers::check::{Fault, Part};

/// What a kind of question is called.
pub(super) fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::YesNo => tr!(builder.yes_no),
        Kind::Choice => tr!(builder.choice),
        Kind::Text => tr!(builder.text),
        Kind::Number => tr!(builder.number),
        Kind::Calculation => tr!(builder.calculation),
        Kind::Date => tr!(builder.date),
        Kind::Photo => tr!(builder.photo),
        Kind::Signature => tr!(builder.signature),
        Kind::Barcode => tr!(builder.barcode),
        Kind::Heading => tr!(builder.heading),
        Kind::Unknown => tr!(builder.unknown),
    }
}

/// What is wrong, and what to do.
pub(super) fn fault_text(part: Part, fault: &Fault) -> String {
    match fault {
        Fault::Missing if part == Part::When || part == Part::Fails => tr!(builder.no_test),
        Fault::Missing => tr!(reason.empty),
        Fault::TooLong(most) => return tr!(reason.too_long, max = most),
        Fault::TooMany(most) => return tr!(builder.too_many, count = most),
        Fault::Twice => tr!(builder.twice),
        Fault::NotANumber => tr!(builder.no_number),
        Fault::Crossed => tr!(builder.crossed),
        Fault::NothingAsked => tr!(builder.nothing_asked),
        Fault::NotBefore => tr!(builder.not_before),
        Fault::NeverHolds => tr!(builder.never_holds),
        Fault::NoSuchNumber(name) => return tr!(builder.no_such_number, name = name),
        Fault::Malformed if part == Part::Formula => tr!(builder.no_formula),
        Fault::Malformed => tr!(builder.malformed),
    }
    .to_owned()
}
