//! The board's day on a map, on the screen.
//!
//! Owns what is drawn and how near it is looked at; a mark opens the cards of its jobs. While the sheet is in the hand
//! only its layer moves, and what stands where is reckoned anew when it is let go.

use super::card::job_card;
use super::day_map::{DayMap, Mark, day_map, fit, initials};
use super::live_board::Board;
use super::sheet::sheet;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::shared::labels::{jobs, status_label};
use crate::shared::sketch::{Fit, Frame, Scale, Spot};
use crate::shared::travel::distance_text;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::list::For;
use crate::ui::parts::empty;
use crate::view::view;
use afield_domain::{JobId, JobStatus, User, UserId};
use afield_protocol::BoardJob;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

/// How much nearer one looks with each step.
const STEP: f64 = 1.6;
/// How far an arrow key moves the sheet, in CSS pixels.
const NUDGE: i32 = 80;
const PADDING: i32 = 48;
/// How many titles a mark names at most.
const NAMED: usize = 3;

/// What is looked at, and how.
#[derive(Clone, Copy)]
struct Look {
    frame: RwSignal<Frame>,
    /// How somebody has set it; none for the whole day.
    set: RwSignal<Option<Fit>>,
    whole: Memo<Option<Fit>>,
    /// How far the sheet in the hand is from where it was taken.
    hand: RwSignal<(i32, i32)>,
    /// Which pointer holds it, and where it went down.
    held: StoredValue<Option<(i32, Spot)>>,
}

impl Look {
    fn fit(self) -> Option<Fit> {
        self.set.get().or_else(|| self.whole.get())
    }

    fn change(self, change: impl Fn(Fit) -> Fit) {
        if let Some(fit) = untrack(|| self.fit()).map(change) {
            self.set.set(fit.is_closer().then_some(fit));
        }
    }

    fn closer(self, times: f64) {
        let frame = self.frame.get_untracked();
        let middle = Spot {
            x: frame.width / 2,
            y: frame.height / 2,
        };
        self.change(|fit| fit.closer(times, middle));
    }

    fn key(self, event: &KeyboardEvent) {
        let key = event.key();
        let (x, y) = match key.as_str() {
            "ArrowLeft" => (NUDGE, 0),
            "ArrowRight" => (-NUDGE, 0),
            "ArrowUp" => (0, NUDGE),
            "ArrowDown" => (0, -NUDGE),
            "+" => return self.closer(STEP),
            "-" => return self.closer(1.0 / STEP),
            _ => return,
        };
        event.prevent_default();
        self.change(|fit| fit.shifted(x, y));
    }

    fn down(self, event: &PointerEvent) {
        let at = Spot {
            x: event.client_x(),
            y: event.client_y(),
        };
        // Where the whole day is seen there is nowhere to go, and a finger scrolls the page.
        if event.button() == 0 && self.set.with_untracked(Option::is_some) {
            self.held.set_value(Some((event.pointer_id(), at)));
        }
    }

    fn moves(self, event: &PointerEvent) {
        if let Some((pointer, from)) = self.held.get_value()
            && pointer == event.pointer_id()
        {
            self.hand
                .set((event.client_x() - from.x, event.client_y() - from.y));
        }
    }

    fn let_go(self) {
        self.held.set_value(None);
        let (x, y) = self.hand.get_untracked();
        if (x, y) != (0, 0) {
            self.hand.set((0, 0));
            self.change(|fit| fit.shifted(x, y));
        }
    }
}

/// The map of the jobs of `all`, with the way of `technician`.
pub(super) fn map(
    board: Board,
    all: Memo<Vec<BoardJob>>,
    technicians: Memo<Vec<User>>,
    technician: Memo<Option<UserId>>,
) -> AnyView {
    let frame = RwSignal::new(Frame {
        width: 720,
        height: 450,
        padding: PADDING,
    });
    let look = Look {
        frame,
        set: RwSignal::new(None),
        whole: Memo::new(move |_| all.with(|all| fit(all, frame.get()))),
        hand: RwSignal::new((0, 0)),
        held: StoredValue::new(None),
    };
    let picture = Memo::new(move |_| {
        let fit = look.fit();
        all.with(|all| day_map(all, fit.as_ref(), frame.get(), technician.get()))
    });
    let picked = RwSignal::new(Vec::new());
    let is_empty = Memo::new(move |_| look.whole.with(Option::is_none));
    let draw = move || match is_empty.get() {
        true => empty(Icon::Place, tr!(map.none), tr!(map.none_hint)).into_any(),
        false => drawing(board, look, picture, picked),
    };
    let cards = move || {
        let found = |id: JobId| board.job(id).map(|job| job_card(board, technicians, job));
        picked.with(|picked: &Vec<JobId>| picked.iter().copied().map(found).collect_view())
    };
    view! {
        <section class="day-map" aria-label=tr!(map.title)>
            {draw}
            {move || picture.with(|map| unplaced(&map.unplaced))}
        </section>
        {sheet(
            Memo::new(move |_| picked.with(|picked| !picked.is_empty())),
            move || picked.set(Vec::new()),
            view! { <ul>{cards}</ul> }.into_any(),
            ().into_any(),
        )}
    }
    .into_any()
}

fn drawing(
    board: Board,
    look: Look,
    picture: Memo<DayMap>,
    picked: RwSignal<Vec<JobId>>,
) -> AnyView {
    let ids = move || {
        let first = |mark: &Mark| mark.jobs.first().map(|job| job.job.id);
        picture.with(|map| map.marks.iter().filter_map(first).collect::<Vec<_>>())
    };
    let way = move || picture.with(|map| points(&map.way));
    let scale = move || {
        look.fit()
            .map(|fit| scale_bar(fit.scale(), look.frame.get()))
    };
    let frame = look.frame;
    let view_box = move || {
        let frame = frame.get();
        format!("0 0 {} {}", frame.width, frame.height)
    };
    let in_hand = move || {
        let (x, y) = look.hand.get();
        format!("translate({x}px, {y}px)")
    };
    let is_near = Memo::new(move |_| look.set.with(Option::is_some));
    view! {
        <div
            class="card map-sheet"
            class:map-near=move || is_near.get()
            style:height=move || format!("{}px", frame.get().height)
            tabindex="0"
            role="group"
            aria-label=tr!(map.title)
            aria-describedby="map-hint"
            node_ref=measured(frame)
            on:keydown=move |event| look.key(&event)
            on:pointerdown=move |event| look.down(&event)
            on:pointermove=move |event| look.moves(&event)
            on:pointerup=move |_| look.let_go()
            on:pointercancel=move |_| look.let_go()
            on:pointerleave=move |_| look.let_go()
        >
            <div class="map-layer" style:transform=in_hand>
                <svg viewBox=view_box aria-hidden="true">
                    <polyline class="route-line" points=way></polyline>
                </svg>
                <For each=ids key=Clone::clone let(id)>{one_mark(board, picture, picked, id)}</For>
            </div>
            <svg class="map-scale" viewBox=view_box aria-hidden="true">{scale}</svg>
        </div>
        {tools(look)}
        <p id="map-hint" class="muted">{tr!(map.hint)}</p>
    }
    .into_any()
}

/// The element whose size the frame is.
fn measured(frame: RwSignal<Frame>) -> NodeRef<Div> {
    let element = NodeRef::<Div>::new();
    let measure = move || {
        let width = element.get_untracked().map_or(0, |it| it.client_width());
        let height = (width * 5 / 8).clamp(300, 620);
        let now = frame.get_untracked();
        if width > 0 && (width, height) != (now.width, now.height) {
            frame.set(Frame {
                width,
                height,
                padding: PADDING,
            });
        }
    };
    Effect::new(move |_| {
        element.track();
        measure();
    });
    let listening = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || listening.remove());
    element
}

fn tools(look: Look) -> AnyView {
    let can_be_closer = Memo::new(move |_| look.fit().is_some_and(|fit| fit.can_be_closer()));
    let is_near = Memo::new(move |_| look.set.with(Option::is_some));
    view! {
        <p class="map-tools">
            <button type="button" class="btn" disabled=move || !can_be_closer.get() on:click=move |_| look.closer(STEP)>
                {tr!(map.closer)}
            </button>
            <button type="button" class="btn" disabled=move || !is_near.get() on:click=move |_| look.closer(1.0 / STEP)>
                {tr!(map.away)}
            </button>
            <button type="button" class="btn" disabled=move || !is_near.get() on:click=move |_| look.set.set(None)>
                {tr!(map.all)}
            </button>
        </p>
    }
    .into_any()
}

fn points(line: &[Spot]) -> String {
    let points: Vec<String> = line.iter().map(|at| format!("{},{}", at.x, at.y)).collect();
    points.join(" ")
}

fn scale_bar(scale: Scale, frame: Frame) -> AnyView {
    let (left, bottom) = (12, frame.height - 12);
    let right = left + scale.length;
    let bar = format!("M{left} {}v4H{right}v-4", bottom - 4);
    view! {
        <g class="route-scale">
            <path d=bar></path>
            <text x=(left + 4).to_string() y=(bottom - 6).to_string()>
                {distance_text(scale.metres, language())}
            </text>
        </g>
    }
    .into_any()
}

/// A mark stays the same element for as long as its first job is the same: it may have the focus.
fn one_mark(
    board: Board,
    picture: Memo<DayMap>,
    picked: RwSignal<Vec<JobId>>,
    id: JobId,
) -> AnyView {
    let mark = Memo::new(move |_| {
        let is_it = |mark: &&Mark| mark.jobs.first().map(|job| job.job.id) == Some(id);
        picture.with(|map| map.marks.iter().find(is_it).cloned())
    });
    let of = move |text: fn(&Mark) -> String| mark.with(|mark| mark.as_ref().map(text));
    let name = move || mark.with(|mark| mark.as_ref().map(|mark| mark_name(board, mark)));
    let open = move |_| {
        let ids = mark.with_untracked(|mark| {
            let jobs = mark.iter().flat_map(|mark| &mark.jobs);
            jobs.map(|job| job.job.id).collect::<Vec<_>>()
        });
        picked.set(ids);
    };
    view! {
        <button
            type="button"
            class=move || of(mark_class)
            data-job=id.to_string()
            style:left=move || of(|mark| format!("{}px", mark.at.x))
            style:top=move || of(|mark| format!("{}px", mark.at.y))
            title=name
            aria-label=name
            aria-haspopup="dialog"
            on:click=open
        >
            {move || mark.with(|mark| mark.as_ref().map(|mark| sign(board, mark)))}
        </button>
    }
    .into_any()
}

fn mark_class(mark: &Mark) -> String {
    let status = match mark.status() {
        JobStatus::Scheduled => "map-mark",
        JobStatus::EnRoute => "map-mark tag-en-route",
        JobStatus::Started => "map-mark tag-started",
        JobStatus::Paused => "map-mark tag-paused",
        JobStatus::Finished => "map-mark tag-finished",
        JobStatus::Cancelled => "map-mark tag-cancelled",
    };
    let nobody = if mark.is_nobodys() {
        " map-mark-nobody"
    } else {
        ""
    };
    format!("{status}{nobody}")
}

/// What a mark is called: its job with time, whose it is and how it stands, or the first of its jobs.
fn mark_name(board: Board, mark: &Mark) -> String {
    let titles = |jobs: &[BoardJob]| {
        let titles = jobs.iter().take(NAMED).map(|job| job.job.title.clone());
        let more = (jobs.len() > NAMED).then(|| "…".to_owned());
        titles.chain(more).collect::<Vec<_>>().join(", ")
    };
    let name = match mark.jobs.as_slice() {
        [job] => {
            let status = status_label(job.job.status);
            let parts = [
                board.time_of(job.job.starts),
                job.job.title.clone(),
                board.name_of(job.job.assignee),
                status.to_owned(),
                job.address.clone(),
            ];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        }
        all => tr!(map.here, jobs = jobs(all.len()), titles = titles(all)),
    };
    // What is seen on it is a part of what it is called: that is what somebody says who steers by voice.
    let seen = sign(board, mark);
    match (mark.stops.as_slice(), mark.jobs.as_slice()) {
        ([_, ..], _) => format!("{}: {name}", tr!(map.stop, stop = seen)),
        ([], [_]) => format!("{seen}, {name}"),
        _ => name,
    }
}

/// What stands on a mark: its number, or of a single job whose it is.
fn sign(board: Board, mark: &Mark) -> String {
    let of = |job: &BoardJob| match job.job.assignee {
        None => "?".to_owned(),
        whose => initials(&board.name_of(whose)),
    };
    let whose = || mark.jobs.first().map(of).unwrap_or_default();
    mark.sign().unwrap_or_else(whose)
}

/// The jobs that have no place on the map, each with its page.
fn unplaced(all: &[BoardJob]) -> Option<AnyView> {
    let one = |job: &BoardJob| {
        let name = format!("{} {}", job.job.number, job.job.title);
        view! { <li><a class="link" href=Route::OfficeJob(job.job.id).href()>{name}</a></li> }
    };
    let count = tr!(map.unplaced, jobs = jobs(all.len()));
    (!all.is_empty()).then(|| {
        view! {
            <details class="details">
                <summary>{count}</summary>
                <ul>{all.iter().map(one).collect_view()}</ul>
            </details>
        }
        .into_any()
    })
}
