//! The tab Log: which conflicts and refusals stand there, decided or not, newest first, by kind and by words.
//!
//! Owns the filter and the search. Pure. Must never make a row of more than are drawn: a log may have ten thousand.

use crate::shared::conflicts::{chosen_here, conflicts};
use crate::shared::names::{job_name, numbered};
use afield_domain::order::Order;
use afield_domain::{
    Conflict, ConflictId, FieldEdit, FieldValue, JobField, MutationId, Op, Timestamp,
};
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry};
use std::collections::BTreeSet;

/// Which kind of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFilter {
    /// Every one.
    #[default]
    All,
    /// Those that somebody may still decide.
    Open,
    /// Two changes that met.
    Conflicts,
    /// Changes that the office refused.
    Refused,
}

impl LogFilter {
    /// Every filter, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Conflicts, Self::Refused];
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct LogQuery<'a> {
    /// Which kind.
    pub filter: LogFilter,
    /// Words that must all stand in an entry.
    pub words: &'a str,
    /// What a field is called.
    pub label: fn(JobField) -> &'static str,
    /// How many at most.
    pub most: usize,
}

/// An entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LogItem {
    /// Two changes that met.
    Conflict(ConflictId),
    /// A change that was refused.
    Refused(MutationId),
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    /// The newest of them, as many as were asked for.
    pub items: Vec<LogItem>,
    /// How many there are of these.
    pub found: usize,
    /// How many there are at all.
    pub all: usize,
}

/// The entries for `query`, newest first. `entries` and `lines` are the signed-in user's: what is unsent, and what became
/// of what was refused.
#[must_use]
pub fn log_page(
    projection: &Projection,
    entries: &[OutboxEntry],
    lines: &[OutboxEntry],
    query: LogQuery<'_>,
) -> LogPage {
    let chosen: BTreeSet<ConflictId> = chosen_here(entries).collect();
    let words: Vec<String> = query
        .words
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    let conflicts = conflicts(projection);
    let refusals = refusals(entries, lines);
    let all = conflicts.len() + refusals.len();
    let mut found: Vec<(Timestamp, LogItem)> = Vec::new();
    for conflict in conflicts {
        let is_open = conflict.settled.is_none() && !chosen.contains(&conflict.id);
        let is_asked = match query.filter {
            LogFilter::All | LogFilter::Conflicts => true,
            LogFilter::Open => is_open,
            LogFilter::Refused => false,
        };
        let has_words = || has_all(&words, || conflict_text(projection, conflict, query.label));
        if is_asked && has_words() {
            found.push((conflict.at, LogItem::Conflict(conflict.id)));
        }
    }
    for entry in refusals {
        let is_asked = match query.filter {
            LogFilter::All | LogFilter::Refused => true,
            LogFilter::Open => entry.decided.is_none(),
            LogFilter::Conflicts => false,
        };
        if is_asked && has_all(&words, || refused_text(projection, entry, query.label)) {
            found.push((refused_at(entry), LogItem::Refused(entry.mutation.id)));
        }
    }
    found.order_by_key(|entry| std::cmp::Reverse(*entry));
    LogPage {
        found: found.len(),
        items: found
            .into_iter()
            .take(query.most)
            .map(|(_, item)| item)
            .collect(),
        all,
    }
}

/// What was refused: what waits among `entries`, and what was decided since among `lines`.
fn refusals<'a>(entries: &'a [OutboxEntry], lines: &'a [OutboxEntry]) -> Vec<&'a OutboxEntry> {
    let mut all: Vec<&OutboxEntry> = Vec::new();
    for entry in entries.iter().chain(lines) {
        // What has just been brought back waits again.
        let is_known = || {
            all.iter()
                .any(|known| known.mutation.id == entry.mutation.id)
        };
        if entry.is_parked() && (entry.decided.is_none() || !is_known()) {
            all.push(entry);
        }
    }
    all
}

/// When it was decided, or else refused.
fn refused_at(entry: &OutboxEntry) -> Timestamp {
    match (&entry.decided, &entry.state) {
        (Some(decided), _) => decided.at,
        (None, EntryState::Parked { at, .. }) => *at,
        (None, _) => entry.mutation.wall,
    }
}

/// What the job of a refused change is called, also of one that has left this phone since.
#[must_use]
pub fn entry_job(projection: &Projection, entry: &OutboxEntry) -> String {
    let name = job_name(projection, entry.mutation.op.job());
    match &entry.job {
        Some(job) if name.is_empty() => numbered(&job.number, &job.title),
        _ => name,
    }
}

/// Whether all of `words` stand in the text, which is made only if there are any.
fn has_all(words: &[String], text: impl FnOnce() -> String) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = text().to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

fn conflict_text(
    projection: &Projection,
    conflict: &Conflict,
    label: fn(JobField) -> &'static str,
) -> String {
    let settled = conflict.settled.as_ref();
    let job = job_name(projection, Some(conflict.job));
    [
        job.as_str(),
        label(conflict.field),
        text_of(&conflict.base),
        text_of(&conflict.mine),
        text_of(&conflict.theirs),
        &conflict.author_name,
        &conflict.their_name,
        settled.map_or("", |settled| settled.by.as_str()),
    ]
    .join(" ")
}

fn refused_text(
    projection: &Projection,
    entry: &OutboxEntry,
    label: fn(JobField) -> &'static str,
) -> String {
    let op = &entry.mutation.op;
    let mut text = entry_job(projection, entry);
    let mut add = |part: &str| {
        text.push(' ');
        text.push_str(part);
    };
    add(&entry.message);
    match op {
        Op::EditJob { edits, .. } => edits.iter().for_each(|edit: &FieldEdit| {
            add(label(edit.field));
            add(text_of(&edit.new));
        }),
        Op::AddNote { text, .. } => add(text),
        Op::CreateJob { title, .. } => add(title),
        Op::AddAttachment { name, .. } => add(name),
        _ => {}
    }
    text
}

fn text_of(value: &FieldValue) -> &str {
    match value {
        FieldValue::Text(text) => text,
        _ => "",
    }
}

#[cfg(test)]
#[path = "log_view_model_tests.rs"]
mod tests;
