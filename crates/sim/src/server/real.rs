//! The real server, on SQLite in memory or on PostgreSQL: the same functions as behind its HTTP routes, bytes in and out.

use super::Stop;
use crate::company;
use crate::postgres::new_database;
use afield_domain::company::CompanySettings;
use afield_domain::time::Day;
use afield_domain::{
    CompanyId, Job, MutationId, Record, RecordKey, RightsChange, Timestamp, User, UserId, Versioned,
};
use afield_protocol::{
    ActivityKind, BoardResponse, Cursor, DeviceReport, Devices, Envelope, EpochId, Extent,
    PullResponse, PushRequest, PushResponse, Reply, ReviewDecision, ReviewOutcome,
};
use afield_server::testing::{Failure, LocalFeed, LocalListener, LocalPage, LocalServer};
use afield_sync::ports::Knows;
use serde_json::Value;
use uuid::Uuid;

/// The real server did not do what was asked, or answered something that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RealError {
    /// It failed.
    #[error("{0}")]
    Failed(String),
    /// Its answer is not JSON of the protocol.
    #[error("not of the protocol: {0}")]
    Unreadable(#[from] serde_json::Error),
}

fn failed(error: impl std::fmt::Display) -> RealError {
    RealError::Failed(error.to_string())
}

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(900));

fn users() -> Vec<User> {
    let technicians = (0..company::USERS).map(company::user);
    technicians.chain([company::office()]).collect()
}

/// A server with one company. One for each thread; every schedule starts it anew.
pub struct Real(LocalServer);

impl Real {
    /// Opens it on SQLite in memory.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub fn open() -> Result<Self, RealError> {
        let opened = LocalServer::new(COMPANY, &users());
        opened.map(Self).map_err(failed)
    }

    /// Opens it on a PostgreSQL database of its own.
    ///
    /// # Errors
    /// When PostgreSQL is not here, or the database cannot be made.
    pub fn on_postgres() -> Result<Self, RealError> {
        let opened = LocalServer::on_postgres(&new_database().map_err(failed)?, COMPANY, &users());
        opened.map(Self).map_err(failed)
    }

    pub(super) fn reset(&self, epoch: &EpochId, now: Timestamp) -> Result<(), RealError> {
        self.0.fail(None);
        self.0.reset(&epoch.0, now).map_err(failed)
    }

    pub(super) fn set_now(&self, now: Timestamp) {
        self.0.set_now(now);
    }

    pub(super) fn set_build(&self, build: &str) -> Result<(), RealError> {
        self.0.set_build(build);
        Ok(())
    }

    pub(super) fn set_user(&self, user: &User) -> Result<(), RealError> {
        self.0.set_user(user).map_err(failed)
    }

    pub(super) fn set_rights(&self, change: Option<RightsChange>) -> Result<(), RealError> {
        self.0.set_rights(change).map_err(failed)
    }

    pub(super) fn set_company(
        &self,
        settings: &CompanySettings,
        version: u64,
    ) -> Result<(), RealError> {
        self.0.set_company(settings, version).map_err(failed)
    }

    pub(super) fn put(&self, record: &Record, by: &User) -> Result<(), RealError> {
        self.0.put(record, by).map(drop).map_err(failed)
    }

    pub(super) fn put_told(
        &self,
        job: &Job,
        by: &User,
        what: ActivityKind,
    ) -> Result<(), RealError> {
        self.0.put_told(job, by, what).map(drop).map_err(failed)
    }

    pub(crate) fn begin_feed(&self) -> Result<LocalFeed, RealError> {
        self.0.begin_feed().map_err(failed)
    }

    pub(crate) fn turn(&self, feed: &mut LocalFeed) -> Result<(LocalPage, bool), RealError> {
        self.0.turn(feed).map_err(failed)
    }

    pub(crate) fn listen(&self, last: Option<&str>) -> Result<LocalListener, RealError> {
        self.0.listen(last).map_err(failed)
    }

    /// The board of a day, as the office gets it.
    pub(crate) fn board(&self, day: Day) -> Result<BoardResponse, RealError> {
        let answer = self.0.board(company::office().id, day);
        let envelope: Envelope<BoardResponse> = serde_json::from_slice(&answer)?;
        match envelope.reply {
            Reply::Ok(board) => Ok(board),
            other => Err(failed(format!("{other:?}"))),
        }
    }

    pub(super) fn tell(&self, report: &DeviceReport) -> Result<(), RealError> {
        self.0.tell(report).map_err(failed)
    }

    pub(super) fn devices(&self) -> Result<Devices, RealError> {
        self.0.devices().map_err(failed)
    }

    pub(super) fn delete(&self, key: RecordKey) -> Result<(), RealError> {
        self.0.delete(key).map(drop).map_err(failed)
    }

    pub(super) fn back_up(&self) -> Result<(), RealError> {
        self.0.backup().map_err(failed)
    }

    pub(super) fn restore(&self, epoch: &str) -> Result<(), RealError> {
        self.0.restore(epoch).map_err(failed)
    }

    pub(super) fn keep_house(&self, now: Timestamp) -> Result<(), RealError> {
        self.0.keep_house(now).map(drop).map_err(failed)
    }

    pub(super) fn push(
        &self,
        user: UserId,
        request: &PushRequest,
        stop: Option<Stop>,
        (unknown, revoked): (&[MutationId], bool),
    ) -> Result<Envelope<PushResponse>, RealError> {
        let mut body = serde_json::to_value(request)?;
        make_unknown(unknown, request, &mut body);
        let body = serde_json::to_vec(&body)?;
        // A batch has one commit.
        self.0.fail(stop.map(|stop| match stop {
            Stop::Before(0) => Failure::NoBegin,
            Stop::Before(_) => Failure::BeforeCommit(1),
            Stop::After(_) => Failure::AfterCommit(1),
        }));
        let answer = self.0.push_from(user, &body, revoked);
        self.0.fail(None);
        Ok(serde_json::from_slice(&answer)?)
    }

    pub(super) fn pull(
        &self,
        user: UserId,
        asked: UserId,
        cursor: Option<&Cursor>,
        most: usize,
        (extent, knows): (Option<&Extent>, Knows),
    ) -> Result<Envelope<PullResponse>, RealError> {
        let cursor = cursor.map(|cursor| cursor.0.as_str());
        let most = Some(most);
        let answer = self.0.pull(
            user,
            asked,
            cursor,
            most,
            extent,
            (Some(knows.settings), knows.reviews),
        );
        Ok(serde_json::from_slice(&answer)?)
    }

    pub(super) fn decide_review(
        &self,
        by: UserId,
        asked: &ReviewDecision,
    ) -> Result<Reply<ReviewOutcome>, RealError> {
        let answer = self.0.decide_review(by, asked);
        let envelope: Envelope<ReviewOutcome> = serde_json::from_slice(&answer)?;
        Ok(envelope.reply)
    }

    pub(super) fn was_decided(&self, ids: &[MutationId]) -> Result<Vec<MutationId>, RealError> {
        self.0.was_decided(ids).map_err(failed)
    }

    pub(super) fn records(&self) -> Result<Vec<Versioned>, RealError> {
        self.0.records().map_err(failed)
    }
}

/// Gives the operation of each `unknown` mutation a name that none knows.
fn make_unknown(unknown: &[MutationId], request: &PushRequest, body: &mut Value) {
    let Some(Value::Array(mutations)) = body.get_mut("mutations") else {
        return;
    };
    for (mutation, json) in request.mutations.iter().zip(mutations) {
        if let (true, Some(op)) = (unknown.contains(&mutation.id), json.get_mut("op")) {
            *op = serde_json::json!({ "op": "of_tomorrow" });
        }
    }
}
