//! The device report: what a phone tells the office about itself, and what it is told back.
//!
//! Owns what is counted as standing on this phone alone, when that is told, and what is kept of the answer: a
//! browser that has cleared the phone's storage cannot tell any more, so that the server must know before. Must
//! never carry what a user has typed, and never decide anything about an entry.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::status::sync_status;
use crate::pass::classify::TransportError;
use crate::ports::{
    FileRows, FileStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read,
};
use afield_protocol::worker_message::Notice;
use afield_protocol::{DeviceAnswer, DeviceReport, Envelope, Reply};

/// The server's ear for reports.
#[allow(async_fn_in_trait)] // As the other ports.
pub trait ReportRemote {
    /// Tells the server what stands on this device alone.
    ///
    /// # Errors
    /// [`TransportError`]: no valid envelope came back.
    async fn report(&self, report: &DeviceReport)
    -> Result<Envelope<DeviceAnswer>, TransportError>;
}

/// What to tell; none if nobody is signed in or the server knows it already. Needs every entry.
#[must_use]
pub fn plan_report(view: &OutboxView, rows: &FileRows) -> Option<DeviceReport> {
    let meta = &view.meta;
    let session = meta.session.as_ref().filter(|_| !meta.sign_in_needed)?;
    let user = session.user();
    let status = sync_status(view);
    let own = rows.files.iter().filter(|file| file.user == user).count();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let report = DeviceReport {
        device: meta.device?,
        user,
        unsent: count(status.unsent),
        files: count(own + rows.unreadable),
        oldest: status.oldest.map(|at| at.plus_ms(meta.clock_offset_ms)),
        heard: meta.lost_read,
    };
    (meta.told.as_ref() != Some(&report)).then_some(report)
}

/// Keeps what the server has answered to `report`. What is lost stays with the server until the user has read it
/// and the server has heard of that.
fn plan_told(view: &OutboxView, report: &DeviceReport, answer: &DeviceAnswer) -> OutboxPlan<bool> {
    let mut meta = view.meta.clone();
    let user = meta.session.as_ref().map(crate::SignedIn::user);
    if (meta.device, user) != (Some(report.device), Some(report.user)) {
        return OutboxPlan::nothing(false);
    }
    meta.lost_read &= !report.heard;
    meta.lost = answer.lost.filter(|_| !meta.lost_read);
    meta.told = Some(DeviceReport {
        heard: false,
        ..report.clone()
    });
    let value = meta.lost != view.meta.lost;
    let writes = vec![OutboxWrite::Meta(meta)];
    OutboxPlan { writes, value }
}

impl<O: OutboxStore + FileStore, C, R: ReportRemote, H: Host> Engine<O, C, R, H> {
    /// Tells the server what stands on this device alone, if it does not know. After a pass that ended well; a
    /// report that fails is made after the next one.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_report(&self) -> Result<(), SyncError> {
        let rows = self.outbox.load_files().await?;
        let view = self.outbox.load(Read::All).await?;
        let Some(report) = plan_report(&view, &rows) else {
            return Ok(());
        };
        let Ok(envelope) = self.remote.report(&report).await else {
            return Ok(());
        };
        let Reply::Ok(answer) = envelope.reply else {
            return Ok(());
        };
        let is_news = self
            .outbox
            .transact(Read::Meta, |view| Ok(plan_told(view, &report, &answer)));
        if is_news.await? {
            self.announce_meta();
        }
        Ok(())
    }
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    /// The user has read what is lost: it is shown no more, and the server hears of that with the next report.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_lost_read(&self) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                (meta.lost, meta.lost_read) = (None, true);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await?;
        self.announce_meta();
        Ok(())
    }

    fn announce_meta(&self) {
        let seqs = Some(Vec::new());
        self.host.announce(Notice::Outbox { seqs });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ModelServer;
    use crate::testing::fixtures::{TestEngine, device, local_file, session, set, technician};
    use crate::{Engine, MemoryCache, MemoryOutbox, SyncStatus};
    use afield_domain::{JobStatus, Timestamp};
    use afield_protocol::LostWork;
    use afield_protocol::{EpochId, PROTOCOL_VERSION};
    use futures::executor::block_on;
    use std::cell::RefCell;

    const LOST: LostWork = LostWork {
        unsent: 3,
        files: 2,
        oldest: None,
        told_at: Timestamp(7),
    };

    /// Answers with what it is told to, and knows what it has heard.
    #[derive(Default)]
    struct Office {
        lost: RefCell<Option<LostWork>>,
        away: RefCell<bool>,
        heard: RefCell<Vec<DeviceReport>>,
    }

    impl ReportRemote for &Office {
        async fn report(
            &self,
            report: &DeviceReport,
        ) -> Result<Envelope<DeviceAnswer>, TransportError> {
            if *self.away.borrow() {
                return Err(TransportError::NoAnswer);
            }
            self.heard.borrow_mut().push(report.clone());
            if report.heard {
                *self.lost.borrow_mut() = None;
            }
            let lost = *self.lost.borrow();
            Ok(Envelope {
                afield: PROTOCOL_VERSION,
                epoch: EpochId("e".into()),
                server_time: Timestamp(9),
                build: String::new(),
                reply: Reply::Ok(DeviceAnswer { lost }),
            })
        }
    }

    struct Phone<'a>(TestEngine, &'a Office);

    impl<'a> Phone<'a> {
        fn new(office: &'a Office) -> Self {
            let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
            block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
            Self(engine, office)
        }

        /// What is told now, in short: changes, files, whether it was heard. None: nothing was.
        fn tells(&self) -> Option<(u64, u64, bool)> {
            let before = self.1.heard.borrow().len();
            let engine: Engine<MemoryOutbox, MemoryCache, &Office, _> = Engine {
                outbox: self.0.outbox.clone(),
                cache: MemoryCache::default(),
                remote: self.1,
                host: self.0.host.clone(),
            };
            block_on(engine.run_report()).unwrap();
            let heard = self.1.heard.borrow();
            let told = heard.get(before)?;
            Some((told.unsent, told.files, told.heard))
        }

        fn status(&self) -> SyncStatus {
            sync_status(&block_on(self.0.outbox.load(Read::All)).unwrap())
        }
    }

    #[test]
    fn what_stands_on_the_phone_alone_is_told_when_it_changes() {
        let office = Office::default();
        let phone = Phone::new(&office);
        assert_eq!(phone.tells(), Some((0, 0, false)));
        assert_eq!(phone.tells(), None);
        block_on(phone.0.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let file = local_file(1, 1, b"one");
        let other = crate::LocalFile {
            user: technician(2).id,
            ..local_file(2, 1, b"two")
        };
        let files = [file, other].map(OutboxWrite::File);
        block_on(phone.0.outbox.transact(Read::Meta, |_| {
            let writes = files.to_vec();
            Ok(OutboxPlan { writes, value: () })
        }))
        .unwrap();
        office.away.replace(true);
        assert_eq!(phone.tells(), None);
        office.away.replace(false);
        assert_eq!(phone.tells(), Some((1, 1, false)));
        assert!(office.heard.borrow().last().unwrap().oldest.is_some());
        assert_eq!(phone.tells(), None);
        block_on(phone.0.run_signed_out()).unwrap();
        assert_eq!(phone.tells(), None);
    }

    #[test]
    fn what_is_lost_is_shown_until_it_is_read_and_the_server_hears_of_that() {
        let office = Office::default();
        let phone = Phone::new(&office);
        office.lost.replace(Some(LOST));
        assert_eq!(phone.tells(), Some((0, 0, false)));
        assert_eq!(phone.status().lost, Some(LOST));
        block_on(phone.0.run_lost_read()).unwrap();
        assert_eq!(phone.status().lost, None);
        office.away.replace(true);
        assert_eq!(phone.tells(), None);
        office.away.replace(false);
        assert_eq!(phone.tells(), Some((0, 0, true)));
        assert_eq!((phone.status().lost, phone.tells()), (None, None));
    }

    #[test]
    fn what_one_has_lost_is_not_shown_to_another() {
        let office = Office::default();
        let phone = Phone::new(&office);
        office.lost.replace(Some(LOST));
        phone.tells();
        block_on(phone.0.run_signed_in(&session(&technician(2)))).unwrap();
        assert_eq!(phone.status().lost, None);
        office.lost.replace(None);
        assert_eq!(phone.tells(), Some((0, 0, false)));
        block_on(phone.0.run_signed_in(&session(&technician(1)))).unwrap();
        office.lost.replace(Some(LOST));
        phone.tells();
        assert_eq!(phone.status().lost, Some(LOST));
    }

    #[test]
    fn an_answer_to_another_device_or_user_is_not_kept() {
        let office = Office::default();
        let phone = Phone::new(&office);
        phone.tells();
        let view = block_on(phone.0.outbox.load(Read::All)).unwrap();
        let report = office.heard.borrow()[0].clone();
        let answer = DeviceAnswer { lost: Some(LOST) };
        let of_other = DeviceReport {
            user: technician(2).id,
            ..report.clone()
        };
        assert_eq!(plan_told(&view, &of_other, &answer).writes, []);
        assert!(plan_told(&view, &report, &answer).value);
        let mut read = view;
        read.meta.lost_read = true;
        assert!(!plan_told(&read, &report, &answer).value);
    }
}
