//! What names an asset or a part in a line. Pure.

use crate::shared::names::joined;
use afield_domain::{Asset, Part};

/// What names an asset or a part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct About {
    /// Its name.
    pub name: String,
    /// What tells it from others, in one line; may be empty.
    pub detail: String,
    /// Where it stands, or what it costs; may be empty.
    pub more: String,
}

/// What names an asset.
#[must_use]
pub fn about_asset(asset: &Asset) -> About {
    About {
        name: asset.name.clone(),
        detail: joined(&[&asset.model, &asset.serial]),
        more: asset.location.clone(),
    }
}

/// What names a part.
#[must_use]
pub fn about_part(part: &Part) -> About {
    About {
        name: part.name.clone(),
        detail: part.number.clone(),
        more: part.price.clone(),
    }
}
