//! What happens to the company's jobs, in its order, for the boards that watch.
//!
//! Owns what is read for an event. Must never write.

use super::jobs::load_board_jobs;
use crate::error::StorageError;
use crate::events::{Concerned, Page, Told};
use crate::state::App;
use crate::storage::Stored;
use afield_domain::{CompanyId, JobId, RecordKey, User, UserId};
use afield_planted::planted;
use afield_protocol::{Activity, BoardEvent, BoardJob, RELOAD};
use std::collections::{HashMap, HashSet};

/// The activities after `after` with their jobs as they are now, at most `limit`, and who may see them. One that is
/// about no job, or about one that is gone or does not read, comes with the day, which the boards are told to load.
pub(crate) async fn load_page(
    app: &App,
    company: CompanyId,
    after: u64,
    limit: u32,
) -> Stored<Page> {
    let mut tx = app.storage.read().await?;
    let may_watch = tx.office_sessions(company, app.clock.now()).await?;
    let activities = tx.activity_after(company, after, limit).await?;
    let mut keys: Vec<RecordKey> = activities
        .iter()
        .map(|activity| activity.job.into())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut rows = tx.records(company, &keys).await?;
    rows.retain(|row| !row.deleted);
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    let left = tx.users_left(company, after).await?;
    let jobs: HashMap<JobId, BoardJob> = shown
        .jobs
        .into_iter()
        .map(|job| (job.job.id, job))
        .collect();
    let last = activities.last().map_or(after, |activity| activity.seq);
    let told = activities.iter().map(|activity| activity.job);
    let concerns = plan_concerned(told, left, |job| {
        jobs.get(&job).map(|shown| shown.job.assignee)
    });
    let mut events: Vec<Told> = Vec::with_capacity(activities.len());
    for activity in activities {
        let seq = activity.seq;
        let Some(job) = jobs.get(&activity.job).cloned() else {
            match events.last_mut().filter(|last| last.text == RELOAD) {
                // Once is enough.
                Some(last) => last.seq = seq,
                None => events.push(Told {
                    seq,
                    text: RELOAD.to_owned(),
                }),
            }
            continue;
        };
        let activity = Activity {
            job_title: job.job.title.clone(),
            ..activity
        };
        let text = serde_json::to_string(&BoardEvent { activity, job })
            .map_err(|_| StorageError::Damaged("event"))?;
        events.push(Told { seq, text });
    }
    Ok(Page {
        last,
        events,
        reload: false,
        may_watch,
        concerns,
        settings: tx
            .company(company)
            .await?
            .map_or(0, |row| row.settings_version),
    })
}

/// Whose phones have something to pull when it is told of these jobs and these users have `left` one. A job that
/// cannot be shown may be anybody's; what is about no job, as an import, comes with everybody's next round.
fn plan_concerned(
    told: impl IntoIterator<Item = JobId>,
    left: Vec<UserId>,
    assignee: impl Fn(JobId) -> Option<Option<UserId>>,
) -> Concerned {
    let mut users: HashSet<UserId> = left.into_iter().collect();
    for job in told.into_iter().filter(|job| !job.0.is_nil()) {
        match assignee(job) {
            Some(assignee) => users.extend(assignee),
            None => return Concerned::All,
        }
    }
    Concerned::Users(users)
}

/// The newest activity's place in the company's order; 0 if there is none.
pub(crate) async fn load_last_event(app: &App, company: CompanyId) -> Stored<u64> {
    let latest = app
        .storage
        .read()
        .await?
        .latest_activity(company, 1)
        .await?;
    Ok(latest.first().map_or(0, |activity| activity.seq))
}

/// What a board shows can also change without an activity: by what is written for no job, and by who there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The last number given to a change.
    change_seq: u64,
    /// How often this process wrote what no activity tells of.
    untold: u64,
    /// The active users.
    users: Vec<User>,
    /// The teams they work in.
    teams: Vec<(String, UserId)>,
}

impl Stamp {
    /// Whether this one, of later, is explained by the activity up to `told`, which boards have heard of.
    pub(crate) fn is_explained(&self, before: &Self, told: u64) -> bool {
        let is_explained = self.users == before.users
            && self.teams == before.teams
            && self.untold == before.untold
            && self.change_seq <= before.change_seq.max(told);
        planted!(SilentChangesUntold: is_explained => true)
    }
}

/// The stamp of now, and the newest activity's place in the company's order.
pub(crate) async fn load_stamp(app: &App, company: CompanyId) -> Stored<(Stamp, u64)> {
    // First: what is written meanwhile is then looked at once more.
    let untold = app.hub.untold(company);
    let mut tx = app.storage.read().await?;
    let row = tx.company(company).await?;
    let users = tx.users(company).await?;
    let teams = tx.teams(company).await?;
    let latest = tx.latest_activity(company, 1).await?;
    let stamp = Stamp {
        untold,
        change_seq: row.map_or(0, |row| row.change_seq),
        users: users.into_iter().map(|(user, _)| user).collect(),
        teams,
    };
    Ok((stamp, latest.first().map_or(0, |activity| activity.seq)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Role, UserId};
    use uuid::Uuid;

    #[test]
    fn a_page_concerns_those_whose_jobs_it_tells_of_and_from_whom_one_was_taken() {
        let id = |n| JobId(Uuid::from_u128(n));
        let user = |n| UserId(Uuid::from_u128(n));
        let assignee = |job| match job {
            job if job == id(1) => Some(Some(user(1))),
            job if job == id(2) => Some(None),
            job if job == id(3) => Some(Some(user(3))),
            _ => None,
        };
        let users = |all: &[u128]| Concerned::Users(all.iter().copied().map(user).collect());
        for (told, left, expected) in [
            (vec![], vec![], users(&[])),
            (vec![id(1)], vec![], users(&[1])),
            (vec![id(2)], vec![user(9)], users(&[9])),
            (vec![id(1), id(3)], vec![user(3)], users(&[1, 3])),
            (vec![id(1), id(7)], vec![], Concerned::All),
            (vec![id(0), id(1)], vec![], users(&[1])),
        ] {
            let concerned = plan_concerned(told.clone(), left, assignee);
            assert_eq!(concerned, expected, "{told:?}");
        }
        assert!(users(&[1]).includes(user(1)) && !users(&[1]).includes(user(2)));
        assert!(Concerned::All.includes(user(2)));
    }

    #[test]
    fn what_no_activity_tells_of_is_not_explained() {
        let user = |role| User {
            id: UserId(Uuid::from_u128(1)),
            name: "Anna".into(),
            role,
        };
        let stamp = |change_seq, users: &[User]| Stamp {
            untold: 0,
            change_seq,
            users: users.to_vec(),
            teams: Vec::new(),
        };
        let anna = [user(Role::Technician)];
        for (now, told, expected) in [
            (stamp(7, &anna), 7, true),
            (stamp(7, &anna), 3, true),
            // A push and its activity.
            (stamp(9, &anna), 9, true),
            // Something after the last activity, or without any.
            (stamp(9, &anna), 8, false),
            (stamp(8, &anna), 0, false),
            (stamp(7, &[user(Role::Dispatcher)]), 7, false),
            (stamp(7, &[]), 7, false),
            (
                Stamp {
                    teams: vec![("North".into(), UserId(Uuid::from_u128(1)))],
                    ..stamp(7, &anna)
                },
                7,
                false,
            ),
        ] {
            assert_eq!(
                now.is_explained(&stamp(7, &anna), told),
                expected,
                "{now:?}"
            );
        }
    }
}
