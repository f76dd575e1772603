//! What a row describes, once it is read and checked.
//!
//! Owns the shapes, and which row is the same as another. Pure: no ids, no time, no storage.

use super::asset_input::AssetInput;
use super::contract_input::ContractInput;
use super::customer_input::CustomerInput;
use super::job_input::JobInput;
use super::numbered::plain;
use super::part_input::PartInput;
use super::refusal::Refusal;
use crate::said::Said;
use afield_domain::Module;

/// What a row describes.
#[derive(Debug, Clone, PartialEq)]
pub enum Described {
    /// A job.
    Job(JobInput),
    /// A customer.
    Customer(CustomerInput),
    /// An asset.
    Asset(AssetInput),
    /// A contract.
    Contract(ContractInput),
    /// A part or a service.
    Part(PartInput),
}

impl Described {
    /// What the row calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Job(job) => &job.title,
            Self::Customer(customer) => &customer.name,
            Self::Asset(asset) => &asset.name,
            Self::Contract(contract) => &contract.name,
            Self::Part(part) => &part.name,
        }
    }

    /// What kind of record it is.
    #[must_use]
    pub fn module(&self) -> Module {
        match self {
            Self::Job(_) => Module::Job,
            Self::Customer(_) => Module::Customer,
            Self::Asset(_) => Module::Asset,
            Self::Contract(_) => Module::Contract,
            Self::Part(_) => Module::Part,
        }
    }
}

/// A row that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its key in the other system, with a prefix that tells what it was made of.
    pub external_key: String,
    /// What it describes.
    pub described: Described,
    /// What the person who imports should look at.
    pub notes: Vec<Said>,
}

/// A row's line, and what it describes or why it is refused.
pub type InputRow = (u64, Result<Input, Refusal>);

/// What the key of the other system begins with.
pub(super) const OWN_KEY: &str = "key:";

/// The key of a contract that no key of another system is known of: its number or its name, with its customer.
#[must_use]
pub(super) fn contract_key(contract: &ContractInput) -> String {
    let customer = plain(&contract.customer);
    match plain(&contract.number) {
        number if number.is_empty() => format!("name-of:{}|{customer}", plain(&contract.name)),
        number => format!("number-of:{number}|{customer}"),
    }
}

/// The key of a part that no key of another system is known of: its number or its name.
#[must_use]
pub(super) fn part_key(part: &PartInput) -> String {
    match plain(&part.number) {
        number if number.is_empty() => format!("called:{}", plain(&part.name)),
        number => format!("number:{number}"),
    }
}

/// The key of a customer that no key of another system is known of: their name and number.
#[must_use]
pub fn customer_key(name: &str, phone: &str) -> String {
    format!("name:{}|{phone}", name.to_lowercase())
}
