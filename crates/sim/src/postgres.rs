//! The PostgreSQL of the simulation: one for the process, begun when it is first asked for, with a database for each
//! thread.
//!
//! Owns its databases. What is stored need not survive: the simulation is about rules, and that a commit does is shown
//! by the server's own tests. Must never meet a server that others use.

use life::Life;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "../../server/tests/postgres/fleeting.rs"]
mod fleeting;
#[path = "../../server/tests/postgres/life.rs"]
mod life;

/// It ends with the process.
static LIFE: OnceLock<Result<Life, String>> = OnceLock::new();
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// The address of a new, empty database.
///
/// # Errors
/// When PostgreSQL is not here, or makes none.
pub(crate) fn new_database() -> Result<String, String> {
    let begun = LIFE.get_or_init(|| fleeting::begin().map_err(|error| error.to_string()));
    let life = begun.as_ref().map_err(String::clone)?;
    let name = format!("sim_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let done = Command::new(life.programs().join("createdb"))
        .args(["--maintenance-db", &life.superusers_address("postgres")])
        .args(["--template", "template0", "--owner", "afield", &name])
        .output()
        .map_err(|error| error.to_string())?;
    if done.status.success() {
        return Ok(life.address(&name));
    }
    Err(String::from_utf8_lossy(&done.stderr).into_owned())
}
