//! `afield-server import`.

use crate::error::ServerError;
use clap::Args;

/// What `import` takes.
#[derive(Debug, Args)]
pub(super) struct Options {}

pub(super) async fn run(_options: Options) -> Result<(), ServerError> {
    Ok(())
}
