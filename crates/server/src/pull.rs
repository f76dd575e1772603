//! Pull: what a phone must learn to hold its scope as it is now.
//!
//! Owns the order of load, plan and page. A *round* goes from what the phone held at its last
//! finished round (its base; nothing for a priming) to the scope of now. It is paged by record key,
//! so that it can be cut anywhere. What changes during a round has a change number above the
//! round's target and comes again in the next round. Must never show a record out of scope.

pub(crate) mod cursor;
mod page;
pub(crate) mod plan;
pub(crate) mod rounds;
pub(crate) mod scope;

use crate::company::told;
use crate::error::StorageError;
use crate::state::App;
use crate::storage::{ReadTx, SessionRow};
use crate::zones;
use afield_domain::time::ScopeWindow;
use afield_domain::{Module, RecordKey};
use afield_planted::planted;
use afield_protocol::{Cursor, Extent, ModuleTotal};
use cursor::{Base, Position, Round};
pub(crate) use page::PullReply;
use page::{Size, load_left, load_page};
use plan::{Planned, count_modules, plan_round};
use rounds::{Plan, RoundId};
use scope::{load_held, load_round};
use std::sync::atomic::Ordering;

/// How far back an unsigned cursor's days are believed: longer than any cursor lives.
const UNSIGNED_MS: i64 = 100 * 86_400_000;

/// What a phone asks.
#[derive(Debug, Default)]
pub(crate) struct PullQuery {
    /// Where it stands; none for a priming.
    pub(crate) cursor: Option<String>,
    /// The most changes it wants in a page.
    pub(crate) limit: Option<usize>,
    /// The most bytes of records that it wants in a page; none of a phone that takes what all take.
    pub(crate) bytes: Option<usize>,
    /// What it holds; none of a phone that holds all.
    pub(crate) extent: Option<Extent>,
    /// The version of the company's settings that it knows; none of a phone that asks for them otherwise.
    pub(crate) settings: Option<u64>,
    /// Whether it wants to hear which of its user's changes wait for the office.
    pub(crate) reviews: bool,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PullError {
    /// The cursor is damaged, of another data set or user, or too old.
    #[error("the cursor is of no use")]
    Cursor,
    /// The company's time zone is not known.
    #[error("the company's time zone is not known")]
    Zone,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The next page.
///
/// # Errors
/// [`PullError`].
pub(crate) async fn run_pull(
    app: &App,
    session: &SessionRow,
    query: &PullQuery,
) -> Result<PullReply, PullError> {
    let company = session.company.id;
    let user = session.user.id;
    let mut tx = app.storage.read().await?;
    // The session's copy was read in another transaction.
    let row = tx.company(company).await?.ok_or(PullError::Zone)?;
    let zone = zones::zone(&row.zone).ok_or(PullError::Zone)?;
    let window = zone.scope(app.clock.now(), row.settings.window_days);
    let is_news = query
        .settings
        .is_some_and(|known| known != row.settings_version);
    let news = is_news.then(|| told(&row)).flatten();
    let in_review = match query.reviews {
        true => Some(tx.reviews_of(company, user).await?),
        false => None,
    };
    let position = match &query.cursor {
        None => Position::start(),
        Some(text) => {
            let signed = Position::read(text, &app.cursor_key, &app.epoch, user);
            if signed.is_some_and(|signed| signed.is_ahead(row.change_seq)) {
                note_older_data(app);
            }
            signed
                .or_else(|| Position::read_unsigned(text, &app.epoch, user, remembered(window)))
                .ok_or(PullError::Cursor)?
        }
    };
    if !position.is_known(row.change_seq, row.cursor_floor) {
        return Err(PullError::Cursor);
    }
    let round = position.round.unwrap_or(Round {
        target: Base {
            seq: row.change_seq,
            window,
        },
        after: None,
    });
    let write = |position: &Position| Cursor(position.write(&app.cursor_key, &app.epoch, user));
    let wants = |extent: &Extent| !extent.asked.is_empty();
    let wants_more = query.extent.as_ref().is_some_and(wants);
    if position.round.is_none() && position.base == Some(round.target) && !wants_more {
        return Ok(PullReply {
            changes: Vec::new(),
            cursor: write(&position),
            more: false,
            totals: Vec::new(),
            left: Vec::new(),
            in_review,
            company: news,
        });
    }
    let id = RoundId {
        epoch: app.epoch.clone(),
        company,
        user,
        base: position.base,
        target: round.target,
        extent: query.extent.clone(),
    };
    let plan = load_plan(tx.as_mut(), app, &id, row.change_seq).await?;
    let totals = match (position.base, position.round) {
        (None, None) => totals(&plan.entries),
        _ => Vec::new(),
    };
    let rest = after(&plan.entries, round.after);
    let size = Size::asked(query.limit, query.bytes);
    let page = load_page(tx.as_mut(), company, rest, size).await?;
    let left = load_left(tx.as_mut(), company, user, &page.changes).await?;
    let next = match page.last {
        Some(last) => {
            app.rounds.keep(id, plan);
            Position {
                base: position.base,
                round: Some(Round {
                    after: Some(last),
                    ..round
                }),
            }
        }
        None => {
            app.rounds.forget(&id);
            Position {
                base: Some(round.target),
                round: None,
            }
        }
    };
    // What happened while the round lasted, or the day that began, waits already.
    let current = Base {
        seq: row.change_seq,
        window,
    };
    Ok(PullReply {
        changes: page.changes,
        cursor: write(&next),
        more: next.round.is_some() || round.target != current,
        totals,
        left,
        in_review,
        company: news,
    })
}

/// What was signed here under this data set's id says more than there is: older data were put in their place by hand. What
/// phones have sent since is missing here and they do not know it, until the data set has another id.
fn note_older_data(app: &App) {
    app.has_older_data.store(true, Ordering::Relaxed);
    // Each time: a phone shows it once, and the server that was shown it may be started anew.
    tracing::error!(
        "a phone was told more than these data hold: a backup was put back by hand. Stop the server, run \
         `afield-server restored` and start it: phones then send again what is missing"
    );
}

/// The plan of a round: as it was kept, if nothing has left the scope since, else made anew. What came
/// into scope meanwhile, or changed, comes with the next round.
async fn load_plan(
    tx: &mut dyn ReadTx,
    app: &App,
    round: &RoundId,
    change_seq: u64,
) -> Result<Plan, PullError> {
    let (company, user) = (round.company, round.user);
    if let Some(plan) = app.rounds.find(round) {
        let holds = plan.holds_at == change_seq || {
            let (after, window) = (plan.holds_at, round.target.window);
            tx.departures(company, after, user).await?.is_empty()
                && tx
                    .jobs_ended(company, user, after, window)
                    .await?
                    .is_empty()
        };
        if planted!(PlanOutlivesScope: holds => true) {
            return Ok(Plan {
                holds_at: change_seq,
                ..plan
            });
        }
    }
    let base = planted!(CursorSkips: round.base => round.base.map(Base::one_too_far));
    let mut loaded = load_round(tx, company, user, base, round.target).await?;
    if let Some(extent) = &round.extent {
        // What it names and may not see any more keeps nothing else here.
        let scope = plan::in_scope(&loaded);
        let theirs = |keys: &[RecordKey]| -> Vec<RecordKey> {
            let keys = keys.iter().copied();
            keys.filter(|key| scope.contains_key(key)).collect()
        };
        let extent = Extent {
            kept: theirs(&extent.kept),
            asked: theirs(&extent.asked),
        };
        loaded.held = Some(load_held(tx, company, &extent).await?);
    }
    Ok(Plan {
        holds_at: change_seq,
        entries: plan_round(&loaded).into(),
    })
}

/// What of a plan comes after the record `last`.
fn after(entries: &[Planned], last: Option<RecordKey>) -> &[Planned] {
    let Some(last) = last else {
        return entries;
    };
    let is_told = |entry: &Planned| plan::order(entry.key()) <= plan::order(last);
    entries
        .split_at_checked(entries.partition_point(is_told))
        .map_or(&[], |(_, rest)| rest)
}

/// The days that a phone of an unsigned cursor may hold: those that the server remembers departures of,
/// and as many to come, for the company may have had it hold more of them.
fn remembered(window: ScopeWindow) -> ScopeWindow {
    ScopeWindow {
        from: window.from.plus_ms(-UNSIGNED_MS),
        until: window.until.plus_ms(UNSIGNED_MS),
    }
}

fn totals(planned: &[Planned]) -> Vec<ModuleTotal> {
    let counts = count_modules(planned);
    Module::ALL
        .into_iter()
        .map(|module| ModuleTotal {
            module,
            count: counts.get(&module).copied().unwrap_or(0),
        })
        .collect()
}
