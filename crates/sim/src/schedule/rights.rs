//! Rights that are taken and given back.

use super::{Action, SPAN_MS, small};
use crate::chance::Chance;
use crate::company::RIGHTS;

/// Rights are taken, and some are given back. What is still taken when all is over is given back then.
pub(super) fn draw(chance: &mut Chance) -> Vec<(i64, Action)> {
    if !chance.percent(30) {
        return Vec::new();
    }
    let count = chance.between(1, 4);
    let mut actions = Vec::new();
    for _ in 0..count {
        let what = small(chance, RIGHTS);
        let at = chance.between(0, SPAN_MS * 3 / 4);
        actions.push((at, Action::Rights { what, taken: true }));
        if chance.percent(60) {
            let back = chance.between(at, SPAN_MS);
            actions.push((back, Action::Rights { what, taken: false }));
        }
    }
    actions
}
