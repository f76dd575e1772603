//! Phones that the office revokes.

use super::{Action, SPAN_MS, busy_job, small};
use crate::chance::Chance;
use crate::company::{USERS, WORK};
use crate::fault::Fault;

/// A phone is out of reach, its user works on, the office revokes it; it comes back, and some time later somebody signs
/// in there again, if not before all is over.
pub(super) fn draw(chance: &mut Chance, devices: u8) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    if !chance.percent(30) {
        return actions;
    }
    for _ in 0..chance.between(1, 2) {
        let device = small(chance, devices);
        let at = chance.between(SPAN_MS / 8, SPAN_MS * 7 / 8);
        let network = |fault| Action::Network { device, fault };
        let is_away = chance.percent(80);
        let (before, back) = (
            at - chance.between(1_000, 3 * 60_000),
            at + chance.between(1_000, 60_000),
        );
        if is_away {
            actions.push((before, network(Some(Fault::FullCut))));
            actions.push((back, network(None)));
        }
        for _ in 0..chance.between(2, 6) {
            let save = Action::Save {
                device,
                tab: small(chance, 3),
                job: busy_job(chance),
                what: small(chance, WORK),
            };
            actions.push((chance.between(before, back), save));
        }
        actions.push((at, Action::Revoke { device }));
        let tab = small(chance, 3);
        actions.push((back + 1_000, Action::SyncNow { device, tab }));
        if chance.percent(50) {
            let user = small(chance, USERS);
            actions.push((chance.between(at, SPAN_MS), Action::SignIn { device, user }));
        }
        for _ in 0..chance.between(0, 2) {
            let decide = Action::Decide {
                group: small(chance, 4),
                onto: None,
                accept: chance.percent(65),
                leaves: None,
            };
            actions.push((chance.between(at, SPAN_MS), decide));
        }
    }
    actions
}
