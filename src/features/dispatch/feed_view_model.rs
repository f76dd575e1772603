//! What the feed shows: what happened by job, the newest first, with the photos of one go in one line.
//!
//! Owns how pages of history and what is heard become one list. Pure.

use afield_domain::JobId;
use afield_domain::order::Order;
use afield_protocol::{Activity, ActivityKind};
use std::cmp::Reverse;

/// Activities that are held before anybody has asked for more, and with each page more.
pub const PAGE: usize = 100;
/// Activities that are held at most.
pub const MOST: usize = 2_000;
/// Photos and files of one go lie no further apart than this, in milliseconds.
const ONE_GO_MS: u64 = 10 * 60_000;

/// What happened to one job.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The newest of it, which names the job.
    pub newest: Activity,
    /// What happened, newest first.
    pub lines: Vec<Line>,
}

impl Group {
    /// The job; none where it is about none.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        Some(self.newest.job).filter(|job| !job.0.is_nil())
    }

    /// What it is drawn anew for.
    #[must_use]
    pub fn key(&self) -> (JobId, u64, usize, String) {
        let all = self.lines.iter().map(|line| line.more.len() + 1).sum();
        let title = self.newest.job_title.clone();
        (self.newest.job, self.newest.seq, all, title)
    }
}

/// One thing that happened, or photos and files that somebody added in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// It, or the newest of them.
    pub newest: Activity,
    /// The others.
    pub more: Vec<Activity>,
}

/// `known` with what came `fresh`, which is the newest there is: at most `limit`, newest first. Where something lies
/// between the two that nobody has heard of, or they are of different data sets, `fresh` alone.
#[must_use]
pub fn merge_feed(known: Vec<Activity>, fresh: &[Activity], limit: usize) -> Vec<Activity> {
    let (newest, oldest) = (
        fresh.iter().map(|one| one.seq).max().unwrap_or_default(),
        fresh.iter().map(|one| one.seq).min().unwrap_or_default(),
    );
    let known_newest = known.iter().map(|one| one.seq).max().unwrap_or_default();
    let meets = oldest <= known_newest && known_newest <= newest;
    let kept = if meets { known } else { Vec::new() };
    merge(kept, fresh, limit)
}

/// `known` with a page of what was before it.
#[must_use]
pub fn merge_older(known: Vec<Activity>, page: &[Activity], limit: usize) -> Vec<Activity> {
    merge(known, page, limit)
}

/// How many may be held after one more page was asked for.
#[must_use]
pub fn one_more_page(limit: usize) -> usize {
    (limit + PAGE).min(MOST)
}

fn merge(known: Vec<Activity>, added: &[Activity], limit: usize) -> Vec<Activity> {
    let mut all = added.to_vec();
    let is_new = |one: &Activity| added.iter().all(|other| other.seq != one.seq);
    all.extend(known.into_iter().filter(is_new));
    all.order_by_key(|one| Reverse(one.seq));
    all.truncate(limit);
    all
}

/// `activity`, newest first, by job: the job that something happened to last comes first.
#[must_use]
pub fn groups(activity: &[Activity]) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::new();
    for one in activity {
        let is_its = |group: &&mut Group| group.job().is_some() && group.newest.job == one.job;
        match all.iter_mut().find(is_its) {
            Some(group) => add(&mut group.lines, one),
            None => all.push(Group {
                newest: one.clone(),
                lines: vec![line(one)],
            }),
        }
    }
    all
}

fn line(one: &Activity) -> Line {
    Line {
        newest: one.clone(),
        more: Vec::new(),
    }
}

fn add(lines: &mut Vec<Line>, one: &Activity) {
    match lines.last_mut() {
        Some(last) if is_one_go(last, one) => last.more.push(one.clone()),
        _ => lines.push(line(one)),
    }
}

fn is_one_go(line: &Line, one: &Activity) -> bool {
    let is_file = |one: &Activity| matches!(one.what, ActivityKind::Attached { .. });
    let before = line.more.last().unwrap_or(&line.newest);
    is_file(before)
        && is_file(one)
        && (&before.actor, &before.brought_by) == (&one.actor, &one.brought_by)
        && before.made_at.0.abs_diff(one.made_at.0) <= ONE_GO_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job};

    fn one(seq: u64, n: u128, what: ActivityKind) -> Activity {
        Activity {
            seq,
            actor: "Anna".into(),
            brought_by: String::new(),
            was_accepted: false,
            job: job(n).id,
            job_number: format!("J-{n}"),
            job_title: String::new(),
            made_at: NOON.plus_ms(i64::try_from(seq).unwrap() * 60_000),
            received_at: NOON,
            what,
        }
    }

    fn photo(seq: u64, n: u128) -> Activity {
        let json = r#"{"kind":"attached","name":"a.jpg"}"#;
        one(seq, n, serde_json::from_str(json).unwrap())
    }

    fn seqs(all: &[Activity]) -> Vec<u64> {
        all.iter().map(|one| one.seq).collect()
    }

    #[test]
    fn what_happened_is_told_by_job_and_photos_of_one_go_in_one_line() {
        let other = Activity {
            actor: "Ben".into(),
            ..photo(6, 1)
        };
        let activity = [
            photo(9, 1),
            one(8, 2, ActivityKind::Created),
            photo(7, 1),
            other,
            photo(3, 1),
            one(2, 1, ActivityKind::Created),
        ];
        let found: Vec<(u64, Vec<usize>)> = groups(&activity)
            .iter()
            .map(|group| {
                let counts = group.lines.iter().map(|line| line.more.len() + 1);
                (group.newest.seq, counts.collect())
            })
            .collect();
        assert_eq!(found, [(9, vec![2, 1, 1, 1]), (8, vec![1])]);
    }

    #[test]
    fn what_is_about_no_job_stands_by_itself() {
        let nobody = |seq| Activity {
            job: JobId(uuid::Uuid::nil()),
            ..one(seq, 1, ActivityKind::Created)
        };
        let found = groups(&[nobody(2), nobody(1)]);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|group| group.job().is_none()));
    }

    #[test]
    fn a_list_with_a_hole_begins_anew() {
        let all = |seqs: &[u64]| -> Vec<Activity> {
            let made = seqs.iter().map(|seq| one(*seq, 1, ActivityKind::Created));
            made.collect()
        };
        for (known, fresh, expected) in [
            (vec![], vec![9, 8], vec![9, 8]),
            (vec![9, 8, 1], vec![11, 10, 9], vec![11, 10, 9, 8, 1]),
            (vec![9, 8], vec![9, 8], vec![9, 8]),
            // More happened than came.
            (vec![9, 8], vec![20, 19], vec![20, 19]),
            // A backup was put back.
            (vec![9, 8], vec![5, 4], vec![5, 4]),
        ] {
            let merged = merge_feed(all(&known), &all(&fresh), 10);
            assert_eq!(seqs(&merged), expected, "{known:?} {fresh:?}");
        }
        assert_eq!(
            seqs(&merge_older(all(&[9, 8]), &all(&[7, 6]), 3)),
            [9, 8, 7]
        );
    }
}
