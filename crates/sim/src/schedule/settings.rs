//! What is drawn of the company's other settings: what an admin sets, and what is done on phones around it.

use super::{Action, SPAN_MS, busy_job, small};
use crate::chance::Chance;
use crate::company::{JOBS, SETTINGS, STARTED, WORK};
use crate::fault::Fault;

/// An admin sets something now and again. Before it some phones work without a network, so that what they have is unsent
/// when the days become fewer or the rules other ones; jobs are finished before it and after it.
pub(super) fn draw(chance: &mut Chance, devices: u8) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    if !chance.percent(40) {
        return actions;
    }
    for _ in 0..chance.between(1, 4) {
        let at = chance.between(60_000, SPAN_MS - 60_000);
        let set = Action::CompanySets {
            what: small(chance, SETTINGS),
            to: small(chance, 12),
        };
        actions.push((at, set));
        for device in 0..devices {
            let before = at - chance.between(1_000, 60_000);
            let is_cut = chance.percent(40);
            if is_cut {
                let fault = Some(Fault::FullCut);
                actions.push((before, Action::Network { device, fault }));
            }
            for _ in 0..chance.between(0, 3) {
                let save = Action::Save {
                    device,
                    tab: small(chance, 3),
                    // Any: those of another day are not at the centre of this one.
                    job: if chance.percent(50) {
                        small(chance, JOBS)
                    } else {
                        busy_job(chance)
                    },
                    what: if chance.percent(40) {
                        STARTED + small(chance, 4)
                    } else {
                        small(chance, WORK)
                    },
                };
                actions.push((chance.between(before, at + 60_000), save));
            }
            if is_cut {
                let back = at + chance.between(1_000, 120_000);
                let fault = None;
                actions.push((back, Action::Network { device, fault }));
            }
        }
    }
    actions
}
