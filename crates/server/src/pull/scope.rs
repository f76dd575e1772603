//! Loading what a round needs: the scope of now, and what may have left it.
//!
//! Owns which rows are read. The plan is made in `plan`.

use super::cursor::Base;
use crate::storage::{Child, Departure, Head, JobHead, Link, ReadTx, Stored};
use afield_domain::{CompanyId, Module, RecordKey, UserId};
use afield_protocol::Extent;
use std::collections::HashSet;

/// A set of jobs with all that hangs on them.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// What each record refers to: from the jobs, from what those refer to, and from their parts.
    pub(crate) links: Vec<Link>,
    /// The jobs' parts, and what the linked records bring along.
    pub(crate) children: Vec<Child>,
    /// The heads of all that is linked.
    pub(crate) heads: Vec<Head>,
}

/// What a phone that does not hold all holds beside the schedule.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// What hangs on the records that it names.
    pub(crate) deep: HashSet<RecordKey>,
    /// Of that, what comes whether it has changed or not.
    pub(crate) asked: HashSet<RecordKey>,
}

/// All that `plan` looks at.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// What the phone holds; none for a priming.
    pub(crate) base: Option<Base>,
    /// The jobs in scope now.
    pub(crate) jobs: Vec<JobHead>,
    /// What hangs on them.
    pub(crate) reach: Reach,
    /// The jobs that may have left, with the heads they have now.
    pub(crate) left: Vec<Head>,
    /// What hangs on those.
    pub(crate) left_reach: Reach,
    /// What changed of who sees what since the base.
    pub(crate) departures: Vec<Departure>,
    /// The heads of what the departures referred to, and what that refers to.
    pub(crate) old_links: Reach,
    /// What the phone holds of the scope; none if that is all.
    pub(crate) held: Option<Held>,
}

/// Reads everything for the round from `base` to `target`.
pub(crate) async fn load_round(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    user: UserId,
    base: Option<Base>,
    target: Base,
) -> Stored<Loaded> {
    let jobs = tx.jobs_of(company, user, target.window).await?;
    let keys: Vec<RecordKey> = jobs.iter().map(|job| job.head.key).collect();
    let reach = load_reach(tx, company, &keys).await?;
    let mut loaded = Loaded {
        base,
        jobs,
        reach,
        ..Loaded::default()
    };
    let Some(base) = base else {
        return Ok(loaded);
    };
    loaded.departures = tx.departures(company, base.seq, user).await?;
    let here: HashSet<RecordKey> = keys.into_iter().collect();
    let mut left: HashSet<RecordKey> = loaded
        .departures
        .iter()
        .filter(|departure| departure.assignee == Some(user))
        .map(|departure| departure.key)
        .collect();
    left.extend(
        tx.jobs_ended(company, user, base.seq, target.window)
            .await?,
    );
    if base.window != target.window {
        let before = tx.jobs_of(company, user, base.window).await?;
        left.extend(before.into_iter().map(|job| job.head.key));
    }
    let left: Vec<RecordKey> = left.difference(&here).copied().collect();
    loaded.left = tx.heads(company, &left).await?;
    loaded.left_reach = load_reach(tx, company, &left).await?;
    let old: Vec<RecordKey> = unique(
        loaded
            .departures
            .iter()
            .flat_map(|departure| departure.links.iter().copied()),
    );
    loaded.old_links = load_reach(tx, company, &old).await?;
    loaded
        .old_links
        .heads
        .extend(tx.heads(company, &old).await?);
    Ok(loaded)
}

/// What hangs on the records that a phone names, and that are in its scope. What of that it may see, the scope says.
pub(crate) async fn load_held(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    extent: &Extent,
) -> Stored<Held> {
    let mut sets = [HashSet::new(), HashSet::new()];
    for (roots, set) in [&extent.kept, &extent.asked].into_iter().zip(&mut sets) {
        let reach = load_reach(tx, company, roots).await?;
        set.extend(roots);
        set.extend(reach.heads.iter().map(|head| head.key));
        set.extend(reach.children.iter().map(|child| child.head.key));
    }
    let [mut deep, asked] = sets;
    deep.extend(&asked);
    Ok(Held { deep, asked })
}

/// What hangs on `roots`: their parts, links to depth 2 (a part's links count as its job's), and
/// what the linked records bring along: a customer's assets and contracts.
pub(crate) async fn load_reach<Tx: ReadTx + ?Sized>(
    tx: &mut Tx,
    company: CompanyId,
    roots: &[RecordKey],
) -> Stored<Reach> {
    let mut children = tx.children_of(company, roots).await?;
    let parts = children.iter().map(|child| child.head.key);
    let first = unique(roots.iter().copied().chain(parts));
    let mut links = tx.links_from(company, &first).await?;
    let near = unique(links.iter().map(|link| link.to));
    links.extend(tx.links_from(company, &near).await?);
    let linked = unique(links.iter().map(|link| link.to));
    let brought = unique(
        linked
            .iter()
            .copied()
            .filter(|key| key.module != Module::Job),
    );
    children.extend(tx.children_of(company, &brought).await?);
    Ok(Reach {
        children,
        heads: tx.heads(company, &linked).await?,
        links,
    })
}

fn unique(keys: impl Iterator<Item = RecordKey>) -> Vec<RecordKey> {
    keys.collect::<HashSet<_>>().into_iter().collect()
}
