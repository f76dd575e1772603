//! Taking the steps of the schema while servers of other versions are there.
//!
//! Owns which steps are taken now, which wait, and whether this build may work on a schema with steps that it does not
//! know. What a step is called says what it does to others (see [`crate::storage::steps`]). Must never touch a row.

use super::MIGRATIONS;
use super::refusal::{Refusal, failed};
use crate::storage::steps::{all, fit, is_contraction, without_contractions};
use crate::storage::whole::State;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{PgConnection, query, query_as, query_scalar};

/// The number of the lock that is held while older servers are looked for and contracting steps are taken: the letters
/// "afstep". Who makes a connection has it for a moment, shared: either that connection is seen, or it sees the step.
const CONTRACTING: i64 = 0x6166_7374_6570;

/// The number of the last step that this build knows. Each of its connections is named by it.
fn known() -> i64 {
    MIGRATIONS
        .iter()
        .map(|step| step.version)
        .max()
        .unwrap_or_default()
}

/// The name of this build's connections. Those of builds before step 38 are named `afield`.
pub(super) fn application_name() -> String {
    format!("afield {}", known())
}

/// What the names of Afield's connections look like, of whichever version.
pub(super) const NAMES: &str = "^afield( [0-9]{1,18})?$";

/// Brings the schema up to date, as far as servers that are connected allow: a step that an older one would not
/// survive waits until the next start at which there is none. The lock for making ready is held.
pub(super) async fn take(connection: &mut PgConnection, place: &str) -> Result<(), Refusal> {
    let asked = |error| failed(place, &error);
    let taken = taken(connection).await.map_err(asked)?;
    if !fit(&MIGRATIONS, &taken) {
        return Err(Refusal::Newer {
            place: place.to_owned(),
        });
    }
    let is_left = |version| taken.iter().all(|(taken, _)| *taken != version);
    let mut left = MIGRATIONS
        .iter()
        .filter(|step| is_left(step.version) && is_contraction(step));
    // All that are left are taken at once: whoever does not know the last of them survives not all.
    let Some(last) = left.next_back() else {
        return run(connection, &all(&MIGRATIONS), place).await;
    };
    hold(connection, "SELECT pg_advisory_lock($1)")
        .await
        .map_err(asked)?;
    let done = match older_than(last.version, connection).await.map_err(asked)? {
        0 => match run(connection, &all(&MIGRATIONS), place).await {
            Err(Refusal::Failed { why, .. }) => {
                tracing::warn!(
                    %why,
                    step = last.version,
                    "a step of the schema could not be taken now (a dump that runs holds it up): it is taken at the \
                     next start"
                );
                run(connection, &without_contractions(&MIGRATIONS), place).await
            }
            done => done,
        },
        older => {
            tracing::warn!(
                connections = older,
                step = last.version,
                "servers of an older version are connected: a step of the schema that they would not survive is \
                 taken at the next start without them"
            );
            run(connection, &without_contractions(&MIGRATIONS), place).await
        }
    };
    // Where it fails the connection ends, and the lock with it.
    hold(connection, "SELECT pg_advisory_unlock($1)")
        .await
        .map_err(asked)?;
    done
}

/// Looks at a connection that was just made: once another build has taken a step that this one does not survive, it
/// does nothing more here.
pub(super) async fn look_again(connection: &mut PgConnection) -> sqlx::Result<()> {
    hold(connection, "SELECT pg_advisory_xact_lock_shared($1)").await?;
    if fit(&MIGRATIONS, &taken(connection).await?) {
        return Ok(());
    }
    let newer = "the database is of a newer version: update this server, or end it";
    Err(sqlx::Error::Configuration(newer.into()))
}

async fn hold(connection: &mut PgConnection, sql: &'static str) -> sqlx::Result<()> {
    query(sql)
        .bind(CONTRACTING)
        .execute(connection)
        .await
        .map(drop)
}

/// The steps that were taken, each with its name; none of a database that is empty.
async fn taken(connection: &mut PgConnection) -> sqlx::Result<Vec<(i64, String)>> {
    let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    let is_ours: bool = query_scalar(sql).fetch_one(&mut *connection).await?;
    if !is_ours {
        return Ok(Vec::new());
    }
    let sql = "SELECT version, description FROM _sqlx_migrations WHERE version < $1";
    query_as(sql).bind(State::FIRST).fetch_all(connection).await
}

/// How many connections there are of builds that do not know this step.
async fn older_than(step: i64, connection: &mut PgConnection) -> sqlx::Result<i64> {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
               AND application_name ~ $2 \
               AND coalesce(substring(application_name FROM ' (.*)$')::bigint, 0) < $1";
    query_scalar(sql)
        .bind(step)
        .bind(NAMES)
        .fetch_one(connection)
        .await
}

async fn run(connection: &mut PgConnection, steps: &Migrator, place: &str) -> Result<(), Refusal> {
    // Whoever waits for a table that somebody reads for long, as a dump, keeps all others from it.
    query("SET lock_timeout = '4s'")
        .execute(&mut *connection)
        .await
        .map_err(|error| failed(place, &error))?;
    let done = steps.run(&mut *connection).await;
    query("RESET lock_timeout")
        .execute(&mut *connection)
        .await
        .map_err(|error| failed(place, &error))?;
    let place = || place.to_owned();
    done.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            Refusal::Newer { place: place() }
        }
        error => Refusal::Failed {
            place: place(),
            why: error.to_string(),
        },
    })
}
