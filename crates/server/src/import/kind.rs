//! What the rows of a file are.
//!
//! Owns the kinds: their names, which fields each has, and what its rows may refer to.

use super::field::Field;
use afield_domain::Module;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Jobs.
    Jobs,
    /// Customers, each with a property if there is an address.
    Customers,
    /// Assets of customers that are there.
    Assets,
    /// Contracts of customers that are there.
    Contracts,
    /// Parts and services.
    Parts,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Jobs,
        Self::Customers,
        Self::Assets,
        Self::Contracts,
        Self::Parts,
    ];

    /// As it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Customers => "customers",
            Self::Assets => "assets",
            Self::Contracts => "contracts",
            Self::Parts => "parts",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a column of such a file can be.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Jobs => &JOB_FIELDS,
            Self::Customers => &CUSTOMER_FIELDS,
            Self::Assets => &ASSET_FIELDS,
            Self::Contracts => &CONTRACT_FIELDS,
            Self::Parts => &PART_FIELDS,
        }
    }

    /// What a row cannot be without.
    #[must_use]
    pub fn needed(self) -> &'static [Field] {
        match self {
            Self::Jobs => &[Field::Title, Field::Starts],
            Self::Customers | Self::Assets | Self::Parts => &[Field::Name],
            // One of nobody stands on no page of the office.
            Self::Contracts => &[Field::Name, Field::Customer],
        }
    }

    /// What its rows may refer to, and be the same as.
    #[must_use]
    pub(super) fn refers_to(self) -> &'static [Module] {
        match self {
            Self::Jobs | Self::Customers | Self::Assets => {
                &[Module::Customer, Module::Organization, Module::Property]
            }
            Self::Contracts => &[Module::Customer, Module::Contract],
            Self::Parts => &[Module::Part],
        }
    }
}

const CUSTOMER_FIELDS: [Field; 11] = [
    Field::ExternalKey,
    Field::Name,
    Field::Phone,
    Field::Email,
    Field::Organization,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
    Field::Access,
];

const ASSET_FIELDS: [Field; 13] = [
    Field::ExternalKey,
    Field::Name,
    Field::Model,
    Field::Serial,
    Field::Code,
    Field::Location,
    Field::Installed,
    Field::Customer,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
];

const JOB_FIELDS: [Field; 15] = [
    Field::ExternalKey,
    Field::Title,
    Field::Description,
    Field::Status,
    Field::Starts,
    Field::Ends,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
    Field::Organization,
    Field::Customer,
    Field::Phone,
    Field::Number,
];

const CONTRACT_FIELDS: [Field; 9] = [
    Field::ExternalKey,
    Field::Number,
    Field::Name,
    Field::Customer,
    Field::Covers,
    Field::From,
    Field::Until,
    Field::ResponseHours,
    Field::Visits,
];

const PART_FIELDS: [Field; 7] = [
    Field::ExternalKey,
    Field::Number,
    Field::Name,
    Field::PartKind,
    Field::Unit,
    Field::Price,
    Field::Description,
];
