//! What the office has typed into a form and not saved, as the text of its draft, and which of such drafts go.
//!
//! Owns [`Kept`] and the bounds: whoever works at a desk all day leaves many forms open, and a form of weeks ago is nobody's
//! work any more. Pure: the time is an argument. Must never know what a form asks.

use super::draft::DraftKey;
use afield_domain::Timestamp;
use afield_domain::order::Order;
use afield_domain::wire::Tree;

/// So many forms of the office are kept for a user.
pub const MOST: usize = 20;
/// So long is one kept after the last key.
pub const KEPT_MS: i64 = 14 * 24 * 3_600_000;

/// What stands in a form, line by line; each form has its own order of them.
pub type Texts = Vec<Vec<String>>;

/// What was typed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// When the last of it was typed.
    pub at: Timestamp,
    /// What.
    pub texts: Texts,
}

impl Kept {
    /// The text of its draft.
    #[must_use]
    pub fn to_text(&self) -> String {
        let texts = serde_json::to_string(&self.texts).unwrap_or_default();
        format!("{} {texts}", self.at.0)
    }

    /// What a draft holds; none if another build wrote it.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let (at, texts) = text.split_once(' ')?;
        let Tree::List(lists) = serde_json::from_str(texts).ok()? else {
            return None;
        };
        let list = |tree: Tree<'_>| -> Option<Vec<String>> {
            let Tree::List(texts) = tree else {
                return None;
            };
            let text = |tree: Tree<'_>| Some(tree.into_text().ok()?.into_owned());
            texts.into_iter().map(text).collect()
        };
        Some(Self {
            at: Timestamp(at.parse().ok()?),
            texts: lists.into_iter().map(list).collect::<Option<_>>()?,
        })
    }
}

/// Whether what was typed at `at` is kept no longer. A clock that was put back makes nothing old.
#[must_use]
pub fn is_old(at: Timestamp, now: Timestamp) -> bool {
    now.0.saturating_sub(at.0) > KEPT_MS
}

/// Which of a user's drafts go: those of the office that are old, and all but the newest [`MOST`]. What is not the
/// office's stays, and so does what this build cannot read.
#[must_use]
pub fn plan_clearing(drafts: &[(DraftKey, String)], now: Timestamp) -> Vec<DraftKey> {
    let read = |(key, text): &(DraftKey, String)| match key {
        DraftKey::Edited(_) | DraftKey::Made(_) => Some((*key, Kept::of_text(text)?.at)),
        _ => None,
    };
    let mut all: Vec<(DraftKey, Timestamp)> = drafts.iter().filter_map(read).collect();
    all.order_by_key(|(_, at)| std::cmp::Reverse(*at));
    let gone = all.into_iter().enumerate();
    gone.filter(|(place, (_, at))| *place >= MOST || is_old(*at, now))
        .map(|(_, (key, _))| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::NOON;
    use afield_domain::{JobId, Module, RecordKey};
    use uuid::Uuid;

    fn key(n: u128) -> DraftKey {
        DraftKey::Edited(RecordKey::new(Module::Customer, Uuid::from_u128(n)))
    }

    fn kept(at: Timestamp) -> String {
        let texts = vec![vec!["Pump \"2\"\n".to_owned()], Vec::new()];
        Kept { at, texts }.to_text()
    }

    #[test]
    fn what_was_typed_comes_back_and_what_another_build_wrote_is_left_alone() {
        let found = Kept::of_text(&kept(NOON)).unwrap();
        assert_eq!((found.at, found.texts.len()), (NOON, 2));
        assert_eq!(found.texts[0], ["Pump \"2\"\n"]);
        for text in ["", "7", "7 ", "7 {}", "7 [7]", "7 [[7]]", "x [[]]"] {
            assert_eq!(Kept::of_text(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_office_typed_is_bounded_in_number_and_age_and_nothing_else_is() {
        let day = |days: i64| NOON.plus_ms(days * 24 * 3_600_000);
        let note = DraftKey::Note(JobId(Uuid::from_u128(1)));
        let drafts = [
            (note, kept(day(-400))),
            (key(1), kept(day(-15))),
            (key(2), kept(day(-13))),
            (key(3), "of another build".to_owned()),
        ];
        assert_eq!(plan_clearing(&drafts, NOON), [key(1)]);
        // The clock was put back by a year.
        assert_eq!(plan_clearing(&drafts, day(-365)), []);
        let many: Vec<_> = (0..MOST as u128 + 2)
            .map(|n| (key(n), kept(NOON.plus_ms(n as i64))))
            .collect();
        assert_eq!(plan_clearing(&many, NOON), [key(1), key(0)]);
    }
}
