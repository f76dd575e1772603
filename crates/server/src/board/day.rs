//! A day of the company as the board shows it, or a week.
//!
//! Owns what is read for it. Must never write.

use super::history::{PAGE, load_titles};
use super::job::load_technicians;
use super::jobs::load_board_jobs;
use crate::state::App;
use crate::storage::{ReadTx, SessionRow, Stored};
use afield_domain::order::NameKey;
use afield_domain::time::{Day, ScopeWindow};
use afield_domain::user::same_team;
use afield_domain::{CompanyId, Zone};
use afield_protocol::{BoardResponse, Team};

/// The company's teams with who is in them, by name. Two whose names differ in nothing but case and blanks are one.
async fn load_teams(tx: &mut dyn ReadTx, company: CompanyId) -> Stored<Vec<Team>> {
    let mut teams: Vec<Team> = Vec::new();
    for (name, member) in tx.teams(company).await? {
        let mut known = teams.iter_mut();
        match known.find(|team| same_team(&team.name, &name)) {
            Some(team) => team.members.push(member),
            None => teams.push(Team {
                name,
                members: vec![member],
            }),
        }
    }
    teams.sort_by_cached_key(|team| NameKey::of(&team.name));
    Ok(teams)
}

/// `day` of the company, and `more_days` after it.
pub(crate) async fn load_board(
    app: &App,
    session: &SessionRow,
    zone: &Zone,
    day: Day,
    more_days: u32,
) -> Stored<BoardResponse> {
    let company = session.company.id;
    let mut tx = app.storage.read().await?;
    let window = ScopeWindow {
        from: zone.start_of(day),
        until: zone.start_of(day.plus(i64::from(more_days) + 1)),
    };
    let rows = tx.jobs_starting(company, window).await?;
    let technicians = load_technicians(tx.as_mut(), company).await?;
    let teams = load_teams(tx.as_mut(), company).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    let mut activity = tx.latest_activity(company, PAGE).await?;
    load_titles(tx.as_mut(), company, &mut activity).await?;
    Ok(BoardResponse {
        day: day.to_string(),
        more_days: u64::from(more_days),
        technicians,
        teams,
        jobs: shown.jobs,
        unreadable: shown.unreadable,
        activity,
    })
}
