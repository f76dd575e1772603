//! What a step of the schema does to servers of the version before.
//!
//! Owns the two kinds of steps and how a step says of which it is: by its name, which the database keeps, so that an
//! older build can read it of a step that it does not know. Steps up to 37 say nothing: nobody served beside them.
//! Must never know a table.

use sqlx::migrate::{Migration, Migrator};

/// What the name of a step begins with that older servers do not notice: they go on, and may be started again.
pub(super) const EXPANDS: &str = "expand ";

/// What the name of a step begins with that no server survives which does not know it.
pub(super) const CONTRACTS: &str = "contract ";

/// Whether no server survives the step that does not know it.
pub(super) fn is_contraction(step: &Migration) -> bool {
    step.description.starts_with(CONTRACTS)
}

/// Whether a build with these steps may work on a database that has taken those, each with its name: of what it does not
/// know, each must be such that it need not.
pub(super) fn fit(steps: &Migrator, taken: &[(i64, String)]) -> bool {
    let fits = |(version, name): &(i64, String)| {
        steps.version_exists(*version) || name.starts_with(EXPANDS)
    };
    taken.iter().all(fits)
}

/// These steps, past whichever others the database has.
pub(super) fn all(steps: &Migrator) -> Migrator {
    of(steps, |_| true)
}

/// These steps without the contracting ones, past whichever others the database has.
pub(super) fn without_contractions(steps: &Migrator) -> Migrator {
    of(steps, |step| !is_contraction(step))
}

fn of(steps: &Migrator, which: impl Fn(&Migration) -> bool) -> Migrator {
    let which = steps.iter().filter(|step| which(step)).cloned();
    let mut steps = Migrator::with_migrations(which.collect());
    steps.set_ignore_missing(true);
    steps
}
