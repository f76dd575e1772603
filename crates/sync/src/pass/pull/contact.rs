//! What a pull notes of the server's answers.
//!
//! Owns the meta row's part of a page: the contact, the server's build, the sign of life. Must never touch an entry.

use crate::OutboxMeta;
use crate::clock::Reading;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::pass::backoff::Backoff;
use crate::pass::lease::check_lease;
use crate::ports::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_planted::planted;
use afield_protocol::{Company, Envelope};

/// A contact is noted again after so many milliseconds. What a kill takes with it is noted with the next pull's first
/// page, and a sign of life is good for longer.
const AGAIN_MS: i64 = 5_000;

/// Whether all that an answer says of the server is known already, by a contact of this very context moments ago.
fn is_noted<T>(meta: &OutboxMeta, envelope: &Envelope<T>, now: &Reading) -> bool {
    let is_recent = |ms: i64| (0..AGAIN_MS).contains(&ms);
    let contact = meta.contact.as_ref().is_some_and(|contact| {
        let was = contact.server.since(contact.by.wall);
        contact.by.context == now.context
            && is_recent(now.ran_ms.saturating_sub(contact.by.ran_ms))
            // Unless somebody has set a clock meanwhile.
            && is_recent(envelope.server_time.since(now.wall).saturating_sub(was).saturating_abs())
    });
    let heartbeat = meta.lease.heartbeat;
    contact
        && heartbeat.is_some_and(|heartbeat| is_recent(now.wall.since(heartbeat)))
        && meta.backoff == Backoff::default()
        && meta.server_build == envelope.build
        && meta.epoch.as_ref() == Some(&envelope.epoch)
}

impl<O: OutboxStore, C, R, H> Engine<O, C, R, H> {
    /// The server has answered what this build cannot read: the envelope says which build it serves.
    pub(crate) async fn note_unread_reply<T>(
        &self,
        lease: u64,
        envelope: &Envelope<T>,
    ) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                meta.server_build = envelope.build.clone();
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await
    }

    /// The server has answered at `now`: with the `first` page of a pull, or a later one, and has told of the `company`
    /// if its settings are others than this phone knows.
    pub(super) async fn note_contact(
        &self,
        lease: u64,
        envelope: &Envelope<()>,
        now: &Reading,
        (first, company): (bool, Option<Company>),
    ) -> Result<(), SyncError> {
        let company = planted!(SettingsUnheard: company => None);
        let read = planted!(SettingsForgetUnsent: Read::Meta => Read::All);
        self.outbox
            .transact(read, |view| {
                check_lease(&view.meta.lease, lease)?;
                if !first && company.is_none() && is_noted(&view.meta, envelope, now) {
                    return Ok(OutboxPlan::nothing(()));
                }
                let mut meta = view.meta.clone();
                meta.note_contact(envelope.server_time, now);
                meta.server_build = envelope.build.clone();
                meta.epoch.get_or_insert_with(|| envelope.epoch.clone());
                meta.lease.heartbeat = Some(now.wall);
                if let (Some(session), Some(company)) = (&mut meta.session, &company)
                    && session.info.company.id == company.id
                {
                    session.info.company = company.clone();
                }
                let mut writes = vec![OutboxWrite::Meta(meta)];
                planted!(SettingsForgetUnsent: () => if company.is_some() {
                    writes.extend(view.entries.iter().map(|entry| OutboxWrite::Remove(entry.seq())));
                });
                Ok(OutboxPlan { writes, value: () })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::Timestamp;
    use afield_protocol::{EpochId, PROTOCOL_VERSION, Reply};

    fn answer(server_time: i64, build: &str) -> Envelope<()> {
        Envelope {
            afield: PROTOCOL_VERSION,
            epoch: EpochId("e".into()),
            server_time: Timestamp(server_time),
            build: build.into(),
            reply: Reply::Ok(()),
        }
    }

    fn at(wall: i64, ran_ms: i64, context: &str) -> Reading {
        Reading {
            wall: Timestamp(wall),
            began: Timestamp(0),
            ran_ms,
            context: context.into(),
        }
    }

    #[test]
    fn a_contact_is_noted_once_in_a_while_and_whenever_it_says_something_new() {
        let now = at(10_000, 10_000, "page");
        let mut meta = OutboxMeta::default();
        assert!(
            !is_noted(&meta, &answer(70_000, "b1"), &now),
            "the first one"
        );
        meta.note_contact(Timestamp(70_000), &now);
        meta.server_build = "b1".into();
        meta.epoch = Some(EpochId("e".into()));
        meta.lease.heartbeat = Some(now.wall);
        for (what, server, build, now, noted) in [
            ("soon after", 71_000, "b1", at(11_000, 11_000, "page"), true),
            ("late", 75_000, "b1", at(15_000, 15_000, "page"), false),
            (
                "another build",
                71_000,
                "b2",
                at(11_000, 11_000, "page"),
                false,
            ),
            (
                "another context",
                71_000,
                "b1",
                at(11_000, 11_000, "worker"),
                false,
            ),
            (
                "a clock set on",
                71_000,
                "b1",
                at(14_999, 11_000, "page"),
                true,
            ),
            (
                "a clock set far on",
                71_000,
                "b1",
                at(400_000, 11_000, "page"),
                false,
            ),
            (
                "a clock set back",
                71_000,
                "b1",
                at(9_000, 11_000, "page"),
                false,
            ),
            (
                "the server's set",
                99_000,
                "b1",
                at(11_000, 11_000, "page"),
                false,
            ),
        ] {
            assert_eq!(
                is_noted(&meta, &answer(server, build), &now),
                noted,
                "{what}"
            );
        }
        let now = at(11_000, 11_000, "page");
        let mut failing = meta.clone();
        failing.backoff.failures = 1;
        assert!(!is_noted(&failing, &answer(71_000, "b1"), &now));
        let mut given_back = meta.clone();
        given_back.lease.heartbeat = None;
        assert!(!is_noted(&given_back, &answer(71_000, "b1"), &now));
        meta.epoch = None;
        assert!(!is_noted(&meta, &answer(71_000, "b1"), &now));
    }
}
