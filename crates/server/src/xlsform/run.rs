//! A form that was read goes into the storage of a company.
//!
//! Must never write in a dry run.

use super::survey::Read;
use crate::clock::Clock;
use crate::error::ServerError;
use crate::forms::{Wanted, obstacle, save_form};
use crate::storage::Storage;
use afield_domain::CompanyId;
use afield_protocol::FormMade;

/// Saves a form, unless the company has it already.
///
/// # Errors
/// When it asks nothing or has no title, or the storage fails; then nothing was written.
pub async fn run_form_import(
    storage: &dyn Storage,
    clock: &dyn Clock,
    company: CompanyId,
    form: &Read,
    is_dry_run: bool,
) -> Result<FormMade, ServerError> {
    if let Some(why) = obstacle(&form.title, &form.questions) {
        return Err(ServerError::Unusable(why.to_string()));
    }
    let wanted = Wanted {
        id: None,
        title: &form.title,
        version: &form.version,
        questions: &form.questions,
    };
    let mut tx = storage.write().await?;
    let made = save_form(tx.as_mut(), company, wanted, clock.now(), is_dry_run).await?;
    if !is_dry_run && !made.is_there {
        tx.commit().await?;
    }
    Ok(made)
}
