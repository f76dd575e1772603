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
        let is_away = chance.percent(70);
        if is_away {
            let before = at - chance.between(0, 3 * 60_000);
            actions.push((before, network(Some(Fault::FullCut))));
        }
        for _ in 0..chance.between(1, 5) {
            let save = Action::Save {
                device,
                tab: small(chance, 3),
                job: busy_job(chance),
                what: small(chance, WORK),
            };
            actions.push((at + chance.between(-120_000, 60_000), save));
        }
        actions.push((at, Action::Revoke { device }));
        if is_away {
            let back = at + chance.between(0, 3 * 60_000);
            actions.push((back, network(None)));
        }
        if chance.percent(50) {
            let user = small(chance, USERS);
            actions.push((chance.between(at, SPAN_MS), Action::SignIn { device, user }));
        }
        for _ in 0..chance.between(0, 2) {
            let decide = Action::Decide {
                group: small(chance, 4),
                onto: None,
                accept: chance.percent(65),
            };
            actions.push((chance.between(at, SPAN_MS), decide));
        }
    }
    actions
}
