//! The device report: what a phone tells the office about itself.
//!
//! Owns what is counted as standing on this phone alone: a browser that has cleared the phone's storage cannot tell
//! any more, so that the server must know before. Pure. Must never carry what a user has typed.

use crate::files::local_file::LocalFile;
use crate::outbox::status::sync_status;
use crate::ports::{FileRows, OutboxView};
use afield_protocol::DeviceReport;

/// What to tell; none if nobody is signed in. Needs every entry.
#[must_use]
pub fn plan_report(view: &OutboxView, rows: &FileRows) -> Option<DeviceReport> {
    let meta = &view.meta;
    let session = meta.session.as_ref().filter(|_| !meta.sign_in_needed)?;
    let user = session.user();
    let status = sync_status(view);
    let epoch = meta.epoch.as_ref();
    let waits = |file: &&LocalFile| file.user == user && file.waits(epoch);
    let own = rows.files.iter().filter(waits).count();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Some(DeviceReport {
        device: meta.device?,
        user,
        unsent: count(status.unsent),
        files: count(own + rows.unreadable),
        oldest: status.oldest.map(|at| at.plus_ms(meta.clock_offset_ms)),
        heard: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ModelServer;
    use crate::testing::fixtures::{device, local_file, session, set, technician};
    use crate::{OutboxStore, Read};
    use afield_domain::JobStatus;
    use afield_protocol::Seq;
    use futures::executor::block_on;

    #[test]
    fn what_stands_on_the_phone_alone_is_counted_for_its_user() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        let view = || block_on(engine.outbox.load(Read::All)).unwrap();
        assert_eq!(plan_report(&view(), &FileRows::default()), None);
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        let nothing = plan_report(&view(), &FileRows::default()).unwrap();
        assert_eq!(
            (nothing.unsent, nothing.files, nothing.oldest),
            (0, 0, None)
        );

        block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let other = LocalFile {
            user: technician(2).id,
            ..local_file(2, 1, b"two")
        };
        let rows = FileRows {
            files: vec![local_file(1, 1, b"one"), other],
            unreadable: 1,
        };
        let mut damaged = view();
        damaged.unreadable.push(Seq(7));
        let report = plan_report(&damaged, &rows).unwrap();
        assert_eq!((report.unsent, report.files), (2, 2));
        assert_eq!(report.user, technician(1).id);
        assert!(report.oldest.is_some());

        damaged.meta.sign_in_needed = true;
        assert_eq!(plan_report(&damaged, &rows), None);
    }
}
