//! What names an asset or a part in a line. Pure.

use crate::kinds::lines::joined;
use afield_domain::{Asset, Part};

/// What names an asset or a part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ItemName {
    /// What people call it.
    pub name: String,
    /// What tells it from others, in one line; may be empty.
    pub detail: String,
    /// Where it stands, or what it costs; may be empty.
    pub more: String,
}

/// What to call each of these where only a name is heard, as of a button beside it: its name, and as
/// much more as it takes where another one bears the same.
#[must_use]
pub fn names_apart(abouts: &[&ItemName]) -> Vec<String> {
    const LEVELS: usize = 3;
    let called = |about: &ItemName, level: usize| {
        let all: [&str; LEVELS] = [&about.name, &about.detail, &about.more];
        joined(all.get(..=level).unwrap_or(&all))
    };
    let tell = |about: &&ItemName| {
        let is_alone = |level: &usize| {
            let same = abouts
                .iter()
                .filter(|other| called(other, *level) == called(about, *level));
            same.count() == 1
        };
        called(about, (0..LEVELS).find(is_alone).unwrap_or(LEVELS))
    };
    abouts.iter().map(tell).collect()
}

/// What names an asset.
#[must_use]
pub fn asset_name(asset: &Asset) -> ItemName {
    ItemName {
        name: asset.name.clone(),
        detail: joined(&[&asset.model, &asset.serial]),
        more: asset.location.clone(),
    }
}

/// What names a part.
#[must_use]
pub fn part_name(part: &Part) -> ItemName {
    ItemName {
        name: part.name.clone(),
        detail: part.number.clone(),
        more: part.price.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(name: &str, detail: &str, more: &str) -> ItemName {
        ItemName {
            name: name.to_owned(),
            detail: detail.to_owned(),
            more: more.to_owned(),
        }
    }

    #[test]
    fn equal_names_are_told_apart_by_as_much_as_it_takes() {
        for (abouts, called) in [
            (vec![], vec![]),
            (vec![about("Lift", "P4", "")], vec!["Lift"]),
            (
                vec![
                    about("Heater", "AQ-1", ""),
                    about("Lift", "P4", ""),
                    about("Heater", "AQ-2", ""),
                ],
                vec!["Heater · AQ-1", "Lift", "Heater · AQ-2"],
            ),
            (
                vec![
                    about("Heater", "", "Cellar"),
                    about("Heater", "", "Attic"),
                    about("Heater", "AQ-2", ""),
                ],
                vec!["Heater · Cellar", "Heater · Attic", "Heater · AQ-2"],
            ),
            // Nothing tells these apart.
            (
                vec![
                    about("Heater", "AQ-1", "Attic"),
                    about("Heater", "AQ-1", "Attic"),
                ],
                vec!["Heater · AQ-1 · Attic", "Heater · AQ-1 · Attic"],
            ),
        ] {
            let all: Vec<&ItemName> = abouts.iter().collect();
            assert_eq!(names_apart(&all), called);
        }
    }
}
