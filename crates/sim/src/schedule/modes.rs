//! What is drawn of modes: what the office sets, when phones hear of it, what is opened meanwhile.

use super::{Action, SPAN_MS, busy_job, small};
use crate::chance::Chance;
use crate::company::{JOBS, WORK};

/// The office sets the mode and the offline feature, phones hear of it sooner or later, in the middle of their work, and
/// jobs are opened.
pub(super) fn draw(chance: &mut Chance, devices: u8) -> Vec<(i64, Action)> {
    let mut actions = Vec::new();
    if !chance.percent(40) {
        return actions;
    }
    for _ in 0..chance.between(1, 4) {
        let at = chance.between(0, SPAN_MS);
        let set = Action::Setting {
            online: chance.percent(60),
            offers: chance.percent(80),
        };
        actions.push((at, set));
        for device in 0..devices {
            for _ in 0..chance.between(0, 3) {
                let save = Action::Save {
                    device,
                    tab: small(chance, 3),
                    job: busy_job(chance),
                    what: small(chance, WORK),
                };
                actions.push((at + chance.between(-20_000, 60_000), save));
            }
            actions.push((at + chance.between(0, 90_000), Action::Hear { device }));
        }
        for _ in 0..chance.between(0, 8) {
            let open = Action::Open {
                device: small(chance, devices),
                tab: small(chance, 3),
                job: small(chance, JOBS),
            };
            actions.push((at + chance.between(0, 240_000), open));
        }
        if chance.percent(25) {
            let switch = Action::OwnSwitch {
                device: small(chance, devices),
                without: chance.percent(60),
            };
            actions.push((at + chance.between(0, 120_000), switch));
        }
    }
    actions
}
