//! A block in the hand: carried with the mouse or a pen, or by keys.
//!
//! Owns what is held, how that is seen and heard, and that a tap is no carrying. Where it lands is `landing`'s, what becomes
//! of it `moving`'s. While it is carried nothing is measured and only the ghost moves. A finger scrolls the page, as
//! everywhere: on a touch screen the card moves a job.

mod ghost;
mod keys;

pub(super) use ghost::{ghost, said};

use super::landing::{Ground, Spot, Stays};
use super::live_board::Board;
use super::timeline_view_model::Row;
use super::week_landing::Scale;
use crate::memo::Memo;
use crate::signal::RwSignal;
use crate::tr;
use afield_domain::JobId;
use afield_protocol::BoardJob;
use leptos::ev::{self, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How far the mouse goes before that is no tap, in CSS pixels.
const TAP: f64 = 6.0;
/// How near to the edge of the window the page begins to scroll, and how far it does with each frame.
const EDGE: f64 = 48.0;
const SCROLL: f64 = 14.0;

type Point = (f64, f64);

/// A button of the mouse is down on a block.
#[derive(Debug, Clone, Copy)]
struct Press {
    job: JobId,
    pointer: i32,
    /// Where it went down, on the page.
    from: Point,
    /// Where it is, in the window.
    at: Point,
}

/// A block that is carried.
#[derive(Debug, Clone, PartialEq)]
struct Carried {
    /// The job as it was when it was taken.
    job: BoardJob,
    /// Where it would land.
    to: Spot,
    by_keys: bool,
}

/// The hand over the axis.
#[derive(Clone, Copy)]
pub(super) struct Grip {
    board: Board,
    scale: Memo<Option<Scale>>,
    rows: Memo<Vec<Row>>,
    element: NodeRef<Div>,
    carried: RwSignal<Option<Carried>>,
    press: StoredValue<Option<Press>>,
    /// The axis as it was measured, with its place on the page; for these rows.
    measured: StoredValue<Option<(Ground, Point)>>,
    /// Whether the click that is still to come ends a carrying.
    ends: StoredValue<bool>,
    said: RwSignal<String>,
}

impl Grip {
    /// A hand with nothing in it, as long as the axis, or the sheet of a week, is there.
    pub(super) fn new(board: Board, scale: Memo<Option<Scale>>, rows: Memo<Vec<Row>>) -> Self {
        let this = Self {
            board,
            scale,
            rows,
            element: NodeRef::new(),
            carried: RwSignal::new(None),
            press: StoredValue::new(None),
            measured: StoredValue::new(None),
            ends: StoredValue::new(false),
            said: RwSignal::new(String::new()),
        };
        crate::effect::Effect::new(move |_| {
            rows.track();
            this.measured.set_value(None);
            // And once they are drawn.
            request_animation_frame(move || {
                let _ = this.measured.try_set_value(None);
            });
        });
        let escape = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && this.is_carrying() {
                event.prevent_default();
                this.put_back();
            }
        });
        on_cleanup(move || escape.remove());
        this
    }

    /// The element of the axis.
    pub(super) fn element(self) -> NodeRef<Div> {
        self.element
    }

    fn is_week(self) -> bool {
        let is_week = |scale: &Option<Scale>| matches!(scale, Some(Scale::Days(_)));
        self.scale.with_untracked(is_week)
    }

    /// A spot in words; on a week with its day.
    fn spot_text(self, spot: Spot) -> String {
        match self.is_week() {
            true => self.board.day_spot_text(spot),
            false => self.board.spot_text(spot),
        }
    }

    fn is_carrying(self) -> bool {
        self.carried.try_with_untracked(Option::is_some) == Some(true)
    }

    /// A click on a block: opens its card, unless it ends a carrying.
    pub(super) fn click(self, job: JobId) {
        if self.ends.try_update_value(std::mem::take) == Some(true) {
            return;
        }
        if self.is_carrying() {
            self.drop_it();
        } else {
            self.board.chosen.set(Some(job));
        }
    }

    /// Takes `job` in the hand; false where it stays, which is said.
    fn lift(self, job: JobId, by_keys: bool) -> bool {
        let Some(job) = untrack(move || self.board.job(job)) else {
            return false;
        };
        let number = &job.job.number;
        if let Some(stays) = self.board.stays(&job) {
            self.said.set(match stays {
                Stays::Finished => tr!(board.stays_finished, job = number),
                Stays::Cancelled => tr!(board.stays_cancelled, job = number),
                Stays::UnderWay => tr!(board.stays_moving, job = number),
            });
            return false;
        }
        self.said.set(match by_keys {
            true if self.is_week() => tr!(board.lifted_week, job = number),
            true => tr!(board.lifted, job = number),
            false => String::new(),
        });
        let to = Spot::of(&job.job);
        ghost::mark(job.job.id, true);
        self.carried.set(Some(Carried { job, to, by_keys }));
        true
    }

    /// Lets go: what was held, and where it would land.
    fn let_go(self) -> Option<Carried> {
        let carried = self.carried.get_untracked()?;
        self.carried.set(None);
        self.press.set_value(None);
        ghost::mark(carried.job.job.id, false);
        Some(carried)
    }

    fn put_back(self) {
        if let Some(carried) = self.let_go() {
            self.ends.set_value(!carried.by_keys);
            let text = match carried.by_keys {
                true => tr!(board.put_back).to_owned(),
                false => String::new(),
            };
            self.said.set(text);
        }
    }

    fn drop_it(self) {
        if let Some(carried) = self.let_go() {
            self.said.set(String::new());
            self.board.place(carried.job, carried.to);
        }
    }

    fn moves_to(self, to: impl FnOnce(&Ground, Scale, Spot, Spot) -> Spot) -> Option<Spot> {
        let scale = self.scale.get_untracked()?;
        let (ground, _) = self.measure()?;
        let change = |carried: &mut Option<Carried>| {
            let Some(carried) = carried else {
                return (false, None);
            };
            let to = to(&ground, scale, Spot::of(&carried.job.job), carried.to);
            let is_new = carried.to != to;
            carried.to = to;
            (is_new, is_new.then_some(to))
        };
        self.carried.try_maybe_update(change).flatten()
    }
}

/// The mouse.
impl Grip {
    /// A button goes down.
    pub(super) fn down(self, event: &PointerEvent) {
        self.put_back();
        self.ends.set_value(false);
        self.said.set(String::new());
        let is_mouse = event.button() == 0 && event.pointer_type() != "touch";
        let job = event.target().and_then(|target| block_of(&target));
        let press = job.filter(|_| is_mouse).map(|job| Press {
            job,
            pointer: event.pointer_id(),
            from: on_page(at(event)),
            at: at(event),
        });
        self.press.set_value(press);
    }

    /// It moves.
    pub(super) fn moves(self, event: &PointerEvent) {
        let Some(press) = self.press_of(event) else {
            return;
        };
        self.press.set_value(Some(Press {
            at: at(event),
            ..press
        }));
        if self.is_carrying() {
            return;
        }
        let (x, y) = on_page(at(event));
        let is_down = event.buttons() & 1 == 1;
        if is_down && (x - press.from.0).hypot(y - press.from.1) < TAP {
            return;
        }
        if !is_down || !self.lift(press.job, false) {
            // It went up elsewhere, or the block stays: that is said, and the click means nothing.
            self.ends.set_value(is_down);
            self.press.set_value(None);
            return;
        }
        if let Some(element) = self.element.get_untracked() {
            let _ = element.set_pointer_capture(press.pointer);
        }
        self.frame();
    }

    /// It goes up.
    pub(super) fn up(self, event: &PointerEvent) {
        let press = self.press_of(event);
        self.press.set_value(None);
        if press.is_some() && self.is_carrying() {
            self.ends.set_value(true);
            if let Some(press) = press {
                self.carry_to(press.from, at(event));
            }
            self.drop_it();
        }
    }

    /// It is gone: the browser or another window took it.
    pub(super) fn lost(self, event: &PointerEvent) {
        if self.press_of(event).is_some() {
            self.put_back();
            self.press.set_value(None);
        }
    }

    fn press_of(self, event: &PointerEvent) -> Option<Press> {
        let press = self.press.get_value()?;
        (press.pointer == event.pointer_id()).then_some(press)
    }

    /// Once for each frame while a block is carried, however often the mouse tells of itself.
    fn frame(self) {
        request_animation_frame(move || {
            let Some(press) = self.press.try_get_value().flatten() else {
                return;
            };
            if !self.is_carrying() {
                return;
            }
            let height = window().inner_height().ok().and_then(|one| one.as_f64());
            let y = press.at.1;
            if y < EDGE {
                window().scroll_by_with_x_and_y(0.0, -SCROLL);
            } else if height.is_some_and(|height| y > height - EDGE) {
                window().scroll_by_with_x_and_y(0.0, SCROLL);
            }
            self.carry_to(press.from, press.at);
            self.frame();
        });
    }

    fn carry_to(self, from: Point, at: Point) {
        let Some((_, origin)) = self.measure() else {
            return;
        };
        let on_axis = |(x, y): Point| (x - origin.0, y - origin.1);
        let (from, to) = (on_axis(from), on_axis(on_page(at)));
        let zone = self.board.zone();
        let land = |ground: &Ground, scale, spot, _| ground.land_on(scale, spot, (from, to), &zone);
        let _ = self.moves_to(land);
    }

    /// The rows as they lie on the page; measured once for as long as they stay what they are.
    fn measure(self) -> Option<(Ground, Point)> {
        if let Some(known) = self.measured.get_value() {
            return Some(known);
        }
        let element = self.element.get_untracked()?;
        let corner = element.get_bounding_client_rect();
        let (left, top) = (
            corner.left() + f64::from(element.client_left()),
            corner.top() + f64::from(element.client_top()),
        );
        // The first one is the head's.
        let tracks = element.get_elements_by_class_name("axis-track");
        let tracks: Vec<_> = (1..tracks.length())
            .filter_map(|n| tracks.item(n))
            .map(|track| track.get_bounding_client_rect())
            .collect();
        let first = tracks.first()?;
        let ids = self.rows.with_untracked(|rows| {
            let ids = rows.iter();
            let ids = ids.map(|row| row.technician.as_ref().map(|user| user.id));
            ids.collect::<Vec<_>>()
        });
        let ground = Ground {
            left: first.left() - left,
            width: first.width(),
            rows: ids
                .into_iter()
                .zip(tracks.iter().map(|track| track.top() - top))
                .collect(),
        };
        let known = (ground, on_page((left, top)));
        self.measured.set_value(Some(known.clone()));
        Some(known)
    }
}

fn at(event: &PointerEvent) -> Point {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// A point of the window, on the page.
fn on_page(at: Point) -> Point {
    let scrolled = |offset: Result<f64, _>| offset.unwrap_or(0.0);
    let window = window();
    (
        at.0 + scrolled(window.scroll_x()),
        at.1 + scrolled(window.scroll_y()),
    )
}

/// The job whose block that is, or is in.
fn block_of(target: &web_sys::EventTarget) -> Option<JobId> {
    let element = target.dyn_ref::<Element>()?;
    let block = element.closest("[data-job]").ok().flatten()?;
    block.get_attribute("data-job")?.parse().ok()
}
