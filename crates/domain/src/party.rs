//! Those a job is done for, and where: customers, organizations, properties.
//!
//! Owns their primary details. A technician reads them and cannot change them.

use crate::from_tree;
use crate::ids::{CustomerId, OrganizationId, PropertyId};
use serde::Serialize;

/// A person or firm that work is done for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// A mail address, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The organization it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
}

from_tree! {
    struct Customer { id, name, phone = String::new(), email = String::new(), organization }
}

/// An organization: several customers' owner, or an agency that orders work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

from_tree! {
    struct Organization { id, name, phone = String::new() }
}

/// A place where work is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// Street and number, or an intersection.
    pub address: String,
    /// City or borough, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Postal code, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// How to get in: key, code, whom to ask. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub access: String,
    /// Where it is, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

from_tree! {
    struct Property {
        id,
        address,
        city = String::new(),
        postcode = String::new(),
        access = String::new(),
        position,
        customer,
    }
}

/// A point on the earth, WGS 84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Position {
    /// North is positive, -90 to 90.
    pub latitude: f64,
    /// East is positive, -180 to 180.
    pub longitude: f64,
}

from_tree! {
    struct Position { latitude, longitude }
}

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
