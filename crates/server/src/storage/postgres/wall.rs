//! The second wall between companies: whose rows a transaction sees.
//!
//! Owns how that is said to the database, whose policies compare every row with it, and the warning where they do not bind.
//! Must never take the place of naming the company in a statement: that is the first wall.

use afield_domain::CompanyId;
use sqlx::{PgConnection, query_scalar};
use std::fmt;

/// Says whose rows are seen from here to the end of the transaction, or to going back behind it.
pub(super) const SEE: &str = "SELECT set_config('afield.company', $1, true)";

/// Whose rows a connection sees that works on the database as a whole.
pub(super) const SEE_ALL_FOR_GOOD: &str = "SET afield.company = 'all'";

/// Whose rows are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nobody's: so every transaction begins.
    Nobodys,
    /// Those of one company.
    Of(CompanyId),
    /// Everybody's: the one door past the wall.
    All,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobodys => Ok(()),
            Self::Of(company) => company.fmt(f),
            Self::All => f.write_str("all"),
        }
    }
}

/// The wall does not bind who may do everything.
pub(super) async fn warn_of_no_wall(connection: &mut PgConnection) -> sqlx::Result<()> {
    let sql = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    if query_scalar(sql).fetch_one(connection).await? {
        tracing::warn!(
            "the database lets this server past its second wall between companies: connect as a role that is neither \
             SUPERUSER nor BYPASSRLS"
        );
    }
    Ok(())
}
