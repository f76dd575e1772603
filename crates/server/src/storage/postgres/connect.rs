//! Coming to a PostgreSQL database: by its address, and only if it is one of ours, or empty.
//!
//! Owns how connections are made and what is asked of the database before anything is stored in it. What is said
//! of a failure names no password. Must never touch a company's row.

pub use super::refusal::Refusal;
use super::refusal::{failed, said};
use super::wall::warn_of_no_wall;
use super::{PostgresStorage, steps};
use crate::auth::token::random_hex;
use crate::storage::whole::{Mark, State};
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, query, query_as, query_scalar,
};
use std::str::FromStr as _;
use std::time::Duration;

/// The oldest that is known to do, as PostgreSQL numbers its versions.
const OLDEST: i64 = 140_000;
/// Connections of one server, for reading and for writing.
const EACH: u32 = 10;
/// How long a transaction waits for a connection; a company's row is waited for as long.
const BUSY: Duration = Duration::from_secs(5);
/// How long the database may take to answer at the start.
const ANSWER: Duration = Duration::from_secs(10);
/// After that long a connection is asked whether it still stands before it is used.
const STALE: Duration = Duration::from_secs(1);
/// Statements that a connection keeps prepared: all that there are, and some to spare.
const STATEMENTS: usize = 200;

/// The number of the lock that is held while the schema is looked at and made ready: the letters "afield".
pub(super) const MAKING_READY: i64 = 0x6166_6965_6c64;

/// What every connection asks of the database but the first, which may wait for the schema: nobody waits for a company's
/// row for ever, and a server that has gone without a word holds none for ever.
pub(super) const SETTINGS: [(&str, &str); 3] = [
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("client_min_messages", "warning"),
];

/// Whether the text is an address of a PostgreSQL database.
#[must_use]
pub fn is_address(text: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

impl PostgresStorage {
    /// Opens the database at `address`, which is empty or ours, and brings its schema up to date.
    ///
    /// # Errors
    /// When it is not to be used; nothing was changed then.
    pub async fn open(address: &str) -> Result<Self, Refusal> {
        let options = read_address(address)?;
        Self::prepare(&options).await?;
        let (writers, readers) = (pool(&options), pool(&options));
        Self::on(options, writers, readers)
    }

    /// Looks at the database, which is empty or ours, and brings its schema up to date.
    pub(super) async fn prepare(options: &PgConnectOptions) -> Result<(), Refusal> {
        let place = place_of(options);
        let mut first = connect(options, &place).await?;
        let ready = async {
            look_at(&mut first, &place).await?;
            match mark_on(&mut first, &place).await? {
                None => steps::take(&mut first, &place).await,
                Some(mark) => Err(Refusal::Copied {
                    place: place.clone(),
                    mark,
                }),
            }
        };
        let ready = ready.await;
        // Whatever becomes of it: what counts has been said.
        let _ = first.close().await;
        ready
    }

    /// A database that was prepared, by these connections.
    pub(super) fn on(
        options: PgConnectOptions,
        writers: PgPool,
        readers: PgPool,
    ) -> Result<Self, Refusal> {
        let own = random_hex().map_err(|error| Refusal::Failed {
            place: place_of(&options),
            why: error.to_string(),
        })?;
        Ok(Self {
            writers,
            readers,
            options,
            own: own.into(),
        })
    }
}

pub(super) fn read_address(address: &str) -> Result<PgConnectOptions, Refusal> {
    if !is_address(address) {
        let other = "it does not begin with postgres://";
        return Err(Refusal::Address(sqlx::Error::Configuration(other.into())));
    }
    let options = PgConnectOptions::from_str(address).map_err(Refusal::Address)?;
    if options.get_database().is_none_or(str::is_empty) {
        return Err(Refusal::Unnamed);
    }
    Ok(options
        .application_name(&steps::application_name())
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging())
}

/// The address as it may be told: without the password.
pub(super) fn place_of(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_default();
    let host = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    format!("{database} at {host}")
}

pub(super) async fn connect(
    options: &PgConnectOptions,
    place: &str,
) -> Result<PgConnection, Refusal> {
    let no_answer = |why: String| Refusal::NoAnswer {
        place: place.to_owned(),
        why,
    };
    match tokio::time::timeout(ANSWER, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        // It has answered: wrong password, no such database, no such user.
        Ok(Err(error)) if error.as_database_error().is_some() => Err(Refusal::NotLetIn {
            place: place.to_owned(),
            why: said(&error),
        }),
        Ok(Err(error)) => Err(no_answer(said(&error))),
        Err(_) => Err(no_answer(format!("not within {ANSWER:?}"))),
    }
}

/// Looks whether the database is one to be used. Until the connection ends, nobody else looks or makes ready.
pub(super) async fn look_at(connection: &mut PgConnection, place: &str) -> Result<(), Refusal> {
    let failed = |error| failed(place, &error);
    let place = || place.to_owned();
    let version: i64 = query_scalar("SELECT current_setting('server_version_num')::bigint")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if version < OLDEST {
        return Err(Refusal::TooOld {
            place: place(),
            version: format!("{}.{}", version / 10_000, version % 10_000),
        });
    }
    let encoding: String = query_scalar("SELECT current_setting('server_encoding')")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if encoding != "UTF8" {
        return Err(Refusal::Encoding {
            place: place(),
            encoding,
        });
    }
    // One server after the other: what another has half made ready is not foreign. Let go of with the connection.
    query("SELECT pg_advisory_lock($1)")
        .bind(MAKING_READY)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    // Ours has noted its migrations, and the first of them made companies.
    let foreign: Option<String> = query_scalar(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace \
         AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
         AND (to_regclass('_sqlx_migrations') IS NULL OR to_regclass('companies') IS NULL) \
         ORDER BY c.relname LIMIT 1",
    )
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    if let Some(table) = foreign {
        return Err(Refusal::NotOurs {
            place: place(),
            table,
        });
    }
    warn_of_no_wall(connection).await.map_err(failed)?;
    warn_of_loss(connection).await.map_err(failed)
}

/// The mark on the database, which is empty or ours.
pub(super) async fn mark_on(
    connection: &mut PgConnection,
    place: &str,
) -> Result<Option<Mark>, Refusal> {
    let failed = |error| failed(place, &error);
    let is_ours: bool = query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if !is_ours {
        return Ok(None);
    }
    let found: Option<(i64, String)> = query_as(
        "SELECT version, description FROM _sqlx_migrations WHERE version >= $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(State::FIRST)
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(found.and_then(|(number, text)| Mark::read(number, &text)))
}

/// A verdict is told when it is committed: a database that commits without writing loses what was promised.
async fn warn_of_loss(connection: &mut PgConnection) -> sqlx::Result<()> {
    let lax: bool = query_scalar(
        "SELECT current_setting('fsync') = 'off' OR current_setting('synchronous_commit') = 'off'",
    )
    .fetch_one(connection)
    .await?;
    if lax {
        tracing::warn!(
            "the database says that it stores before it has (fsync or synchronous_commit is off): \
             a power cut takes work that phones were told is safe"
        );
    }
    Ok(())
}

fn pool(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(EACH)
        .acquire_timeout(BUSY)
        // Asked below, where it may have been cut meanwhile.
        .test_before_acquire(false)
        .before_acquire(|connection, about: PoolConnectionMetadata| {
            Box::pin(async move { Ok(about.idle_for < STALE || connection.ping().await.is_ok()) })
        })
        .after_connect(|connection, _| Box::pin(steps::look_again(connection)))
        .connect_lazy_with(options.clone().options(SETTINGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_address_holds_no_password() {
        let options = read_address("postgres://anna:secret@db.example:5433/afield").unwrap();
        assert_eq!(place_of(&options), "afield at db.example:5433");
    }

    #[test]
    fn an_address_that_names_no_database_is_refused() {
        for (address, is_unnamed) in [
            ("postgres://db.example", true),
            ("postgresql://db.example/", true),
            ("mysql://db.example/afield", false),
            ("./data", false),
        ] {
            let refusal = read_address(address).unwrap_err();
            let said = matches!(refusal, Refusal::Unnamed);
            assert_eq!(said, is_unnamed, "{address}: {refusal}");
        }
    }
}
