//! Rescue files: when a phone's work is written to one, and what becomes of both.

use super::{Action, SPAN_MS, busy_job, small};
use crate::chance::Chance;
use crate::company::WORK;
use crate::fault::Fault;

/// A phone is without a network, or keeps it; its work is written to a file, it is wiped, or goes on; the file is sent,
/// broken off, sent again, or not before all is over.
pub(super) fn draw(chance: &mut Chance, devices: u8) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    if !chance.percent(35) {
        return actions;
    }
    for _ in 0..chance.between(1, 3) {
        let device = small(chance, devices);
        let at = chance.between(SPAN_MS / 8, SPAN_MS * 7 / 8);
        let before = at - chance.between(0, 4 * 60_000);
        if chance.percent(70) {
            let fault = Some(Fault::FullCut);
            actions.push((before, Action::Network { device, fault }));
        }
        for _ in 0..chance.between(0, 4) {
            let save = Action::Save {
                device,
                tab: small(chance, 3),
                job: busy_job(chance),
                what: small(chance, WORK),
            };
            actions.push((chance.between(before, at + 60_000), save));
        }
        actions.push((at, Action::WriteRescue { device }));
        if chance.percent(35) {
            actions.push((at + chance.between(1_000, 60_000), Action::Evict { device }));
        }
        for _ in 0..chance.between(0, 3) {
            let send = Action::SendRescue {
                device: small(chance, devices),
                file: small(chance, 3),
                cut_ms: chance.percent(40).then(|| chance.between(20, 2_500)),
            };
            actions.push((chance.between(at, SPAN_MS), send));
        }
        if chance.percent(50) {
            let back = chance.between(at, SPAN_MS);
            actions.push((
                back,
                Action::Network {
                    device,
                    fault: None,
                },
            ));
        }
    }
    actions
}
