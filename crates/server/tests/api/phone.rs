//! A phone: makes mutations in order, as one user.

use crate::support::{NOON, at};
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

/// A phone: makes mutations in order, as one user.
pub(crate) struct Phone {
    pub(crate) device: DeviceId,
    pub(crate) user: UserId,
    seq: u64,
}

impl Phone {
    pub(crate) fn of(user: UserId) -> Self {
        Self {
            device: DeviceId(Uuid::from_u128(user.0.as_u128() + 0xD000)),
            user,
            seq: 0,
        }
    }

    pub(crate) fn make(&mut self, op: Op) -> Mutation {
        self.seq += 1;
        let id = Uuid::from_u128((self.device.0.as_u128() << 32) + u128::from(self.seq));
        Mutation {
            id: MutationId(id),
            device: self.device,
            seq: Seq(self.seq),
            user: self.user,
            lane: op.target().unwrap_or(JobId(Uuid::nil()).into()),
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op,
            base_rev: None,
            wall: at(NOON),
            clock_offset_ms: 0,
        }
    }

    pub(crate) fn status(&mut self, job: JobId, to: JobStatus) -> Mutation {
        self.make(Op::set_status(job, to))
    }

    /// Saves an edit of one field at `minute` minutes after noon.
    pub(crate) fn edit(&mut self, minute: i64, job: JobId, edit: FieldEdit) -> Mutation {
        let mutation = self.make(Op::EditJob {
            job,
            edits: vec![edit],
            settles: None,
        });
        Mutation {
            wall: at(NOON).plus_ms(minute * 60_000),
            ..mutation
        }
    }

    pub(crate) fn note(&mut self, job: JobId, text: &str) -> Mutation {
        let note = NoteId(Uuid::from_u128(
            self.device.0.as_u128() * 1_000 + u128::from(self.seq),
        ));
        let text = text.to_owned();
        self.make(Op::AddNote {
            note,
            job,
            text,
            files: Vec::new(),
        })
    }
}
