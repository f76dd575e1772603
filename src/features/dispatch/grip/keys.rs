//! What keys do with a block: M takes it, the arrows move it, Enter drops it. Escape is heard by the grip itself.
//!
//! Must never take a key from anybody who carries nothing, but M on a block.

use super::super::landing::{HOUR_MS, Nudge, STEP_MS};
use super::super::moving::block_id;
use super::{Carried, Grip, block_of};
use crate::ui::focus;
use afield_domain::JobId;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

impl Grip {
    /// A key goes down on the axis.
    pub(in crate::features::dispatch) fn key(self, event: &KeyboardEvent) {
        self.ends.set_value(false);
        let by_keys = |carried: &Option<Carried>| carried.as_ref().map(|carried| carried.by_keys);
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        match self.carried.with_untracked(by_keys) {
            Some(true) => self.key_while_carrying(event),
            Some(false) => {}
            None if is_plain && matches!(event.key().as_str(), "m" | "M") => {
                let job = event.target().and_then(|target| block_of(&target));
                if let Some(job) = job {
                    event.prevent_default();
                    self.lift(job, true);
                }
            }
            None => {}
        }
    }

    fn key_while_carrying(self, event: &KeyboardEvent) {
        let step = if event.shift_key() { HOUR_MS } else { STEP_MS };
        let by = match event.key().as_str() {
            "ArrowLeft" => Nudge::Earlier(step),
            "ArrowRight" => Nudge::Later(step),
            "ArrowUp" => Nudge::Up,
            "ArrowDown" => Nudge::Down,
            "Enter" => {
                event.prevent_default();
                return self.drop_it();
            }
            // Escape is heard wherever the focus is.
            _ => return,
        };
        event.prevent_default();
        let zone = self.board.zone();
        let landed =
            self.moves_to(|ground, scale, _, spot| ground.nudge_on(scale, spot, by, &zone));
        if let Some(spot) = landed {
            self.said.set(self.spot_text(spot));
        }
    }

    /// The focus leaves a block: whoever goes elsewhere carries nothing along.
    pub(in crate::features::dispatch) fn left(self) {
        let by_keys = |carried: &Option<Carried>| carried.as_ref().map(|carried| carried.by_keys);
        if self.carried.try_with_untracked(by_keys).flatten() == Some(true) {
            self.put_back();
        }
    }

    /// Takes the job of the card that closes in the hand, for the keys.
    pub(in crate::features::dispatch) fn lift_from_card(self, job: JobId) {
        self.board.chosen.set(None);
        // After the card is gone and the focus back.
        request_animation_frame(move || {
            focus::by_id(&block_id(job));
            if self.lift(job, true) {
                let _ = self.measure();
            }
        });
    }
}
