//! A day of the company as the board shows it.
//!
//! Owns what is read for it. Must never write.

use super::jobs::load_board_jobs;
use crate::state::App;
use crate::storage::{SessionRow, Stored};
use afield_domain::time::{Day, ScopeWindow};
use afield_domain::{Role, Zone};
use afield_protocol::BoardResponse;

/// Activities shown on the board.
const ACTIVITIES: u32 = 50;

/// One day of the company.
pub(crate) async fn load_board(
    app: &App,
    session: &SessionRow,
    zone: &Zone,
    day: Day,
) -> Stored<BoardResponse> {
    let company = session.company.id;
    let mut tx = app.storage.read().await?;
    let window = ScopeWindow {
        from: zone.start_of(day),
        until: zone.start_of(day.plus(1)),
    };
    let rows = tx.jobs_starting(company, window).await?;
    let users = tx.users(company).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    Ok(BoardResponse {
        day: day.to_string(),
        technicians: users
            .into_iter()
            .map(|(user, _)| user)
            .filter(|user| user.role == Role::Technician)
            .collect(),
        jobs: shown.jobs,
        unreadable: shown.unreadable,
        activity: tx.latest_activity(company, ACTIVITIES).await?,
    })
}
