//! A point on the earth.
//!
//! Owns [`Position`]. Must never know whose position it is, or how far another one is.

use crate::wire::FromTree;
use serde::Serialize;

/// A point on the earth, WGS 84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Position {
    /// North is positive, -90 to 90.
    pub latitude: f64,
    /// East is positive, -180 to 180.
    pub longitude: f64,
}

/// No number on the earth is none: JSON has no word for it, and [`Position::new`] refuses it.
impl Eq for Position {}

impl Position {
    /// The position, if both numbers are on the earth.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some(Self {
            latitude,
            longitude,
        })
    }
}
