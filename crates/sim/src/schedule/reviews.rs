//! Work that comes too late, and what the office decides of it.

use super::{Action, SPAN_MS, busy_job, small};
use crate::chance::Chance;
use crate::company::{USERS, WORK};
use afield_domain::JobStatus;

/// Jobs are given away and called off while somebody works on them, and the office decides now and then.
pub(super) fn draw(chance: &mut Chance, devices: u8) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    for _ in 0..chance.between(0, 4) {
        let (job, device) = (busy_job(chance), small(chance, devices));
        let at = chance.between(0, SPAN_MS);
        let taken = match chance.percent(70) {
            true => Action::Assign {
                job,
                user: small(chance, USERS),
            },
            false => Action::Status {
                job,
                to: JobStatus::Cancelled,
            },
        };
        actions.push((at, taken));
        for _ in 0..chance.between(1, 4) {
            let save = Action::Save {
                device,
                tab: small(chance, 3),
                job,
                what: small(chance, WORK),
            };
            actions.push((at + chance.between(-60_000, 60_000), save));
        }
    }
    for _ in 0..chance.between(0, 6) {
        let decide = Action::Decide {
            group: small(chance, 4),
            onto: chance.percent(30).then(|| busy_job(chance)),
            accept: chance.percent(65),
            leaves: None,
        };
        actions.push((chance.between(SPAN_MS / 8, SPAN_MS), decide));
    }
    actions
}

/// Of what the office accepts it leaves something out now and then. Of a stream of its own: what a seed was before that
/// is in it still.
pub(super) fn leave_out(seed: u64, actions: &mut [(i64, Action)]) {
    let mut chance = Chance::new(seed ^ 0x1EF7_0117_1EF7_0117);
    for (_, action) in actions {
        if let Action::Decide { leaves, .. } = action {
            *leaves = chance.percent(50).then(|| small(&mut chance, 8));
        }
    }
}
