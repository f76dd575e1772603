//! A place to sign: drawn with a finger, a pen or the mouse, or typed; with the name of whoever signs.
//!
//! Owns the drawing. It is dark on white, whatever the theme: it is seen on paper too. Must never lose one: what
//! was drawn is handed over when it is asked for, and when the pad is taken off the page.

use super::drafts::use_drafts;
use super::toast::{Toasts, use_toasts};
use crate::effect::Effect;
use crate::error::Trouble;
use crate::runtime::commands::{Commands, use_commands};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::capture::OnPicked;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_platform::picture::file_of_canvas;
use afield_platform::timer;
use leptos::ev::KeyboardEvent;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, PointerEvent};

const WIDTH: u32 = 800;
const HEIGHT: u32 = 300;
const PEN: f64 = 4.0;
const MARGIN: f64 = 40.0;
/// A second tap on the button within this time is a double tap, and would save the drawing twice.
const DOUBLE_TAP_MS: u32 = 1_500;

/// Hands over what stands on a pad, and says whether there was anything.
pub type HandOver = Rc<dyn Fn() -> bool>;

/// The parts of a pad. One that is drawn on is no longer empty.
#[derive(Debug, Clone, Copy)]
struct Pad {
    canvas: NodeRef<Canvas>,
    pen: StoredValue<Option<(f64, f64)>>,
    has_ink: RwSignal<bool>,
    /// Whether the ink is a hand's: then a name is written beside it, not over it.
    drawn: StoredValue<bool>,
    name: RwSignal<String>,
    flaw: RwSignal<bool>,
    handed: StoredValue<bool>,
}

/// A pad that is called `label`. `on_done` gets the drawing as a file, once somebody taps the button, a form asks
/// with what it was lent, or the page is left.
pub fn signature_pad(label: String, on_done: OnPicked, lend: impl FnOnce(HandOver)) -> AnyView {
    let pad = Pad {
        canvas: NodeRef::new(),
        pen: StoredValue::new(None),
        has_ink: RwSignal::new(false),
        drawn: StoredValue::new(false),
        name: RwSignal::default(),
        flaw: RwSignal::new(false),
        handed: StoredValue::new(false),
    };
    let (toasts, drafts) = (use_toasts(), use_drafts());
    Effect::new(move |before: Option<bool>| {
        let has_ink = pad.has_ink.get();
        if has_ink != before.unwrap_or_default() {
            drafts.count_drawing(has_ink);
        }
        has_ink
    });
    let commands = use_commands();
    let hand_over: HandOver = Rc::new(move || pad.hand_over(toasts, commands, &on_done));
    lend(Rc::clone(&hand_over));
    let hand_over = StoredValue::new_local(hand_over);
    on_cleanup(move || {
        if pad.has_ink.try_get_untracked() == Some(true) {
            drafts.count_drawing(false);
        }
        if let Some(hand_over) = hand_over.try_get_value() {
            hand_over();
        }
    });
    let done = move || {
        if !hand_over.get_value()() {
            pad.flaw.set(true);
        }
    };
    let enter = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            // The form around the pad is not meant.
            event.prevent_default();
            done();
        }
    };
    Effect::new(move |_| {
        if pad.canvas.get().is_some() {
            pad.clear();
        }
    });
    view! {
        <fieldset class="signature">
            <legend>{label.clone()}</legend>
            <canvas
                class="signature-pad"
                role="img"
                aria-label=label
                width=WIDTH.to_string()
                height=HEIGHT.to_string()
                node_ref=pad.canvas
                on:pointerdown=move |event| pad.begin(&event)
                on:pointermove=move |event| pad.go_on(&event)
                on:pointerup=move |_| pad.pen.set_value(None)
                on:pointercancel=move |_| pad.pen.set_value(None)
            ></canvas>
            <p class="muted">{tr!(files.sign_hint)}</p>
            <label class="field">
                <span>{tr!(files.sign_name)}</span>
                <input
                    class="input w-full"
                    type="text"
                    autocomplete="off"
                    maxlength="80"
                    prop:value=move || pad.name.get()
                    on:input:target=move |event| pad.write(event.target().value())
                    on:keydown=enter
                />
            </label>
            <p class="flaw" role="alert">
                {move || pad.flaw.get().then(|| view! { {icon(Icon::Alert)} <span>{tr!(files.sign_empty)}</span> })}
            </p>
            <div class="actions">
                <button type="button" class="btn btn-primary" on:click=move |_| done()>
                    {tr!(files.sign_done)}
                </button>
                <button type="button" class="btn" on:click=move |_| pad.clear()>{tr!(files.sign_clear)}</button>
            </div>
        </fieldset>
    }
    .into_any()
}

impl Pad {
    fn surface(self) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
        let canvas = self.canvas.get_untracked()?;
        let context = canvas.get_context("2d").ok()??;
        Some((canvas, context.dyn_into().ok()?))
    }

    /// White paper again.
    fn clear(self) {
        self.name.set(String::new());
        self.blank();
    }

    fn blank(self) {
        if let Some((_, context)) = self.surface() {
            context.set_fill_style_str("#fff");
            context.fill_rect(0.0, 0.0, f64::from(WIDTH), f64::from(HEIGHT));
            context.set_fill_style_str("#14201a");
            context.set_stroke_style_str("#14201a");
            context.set_line_width(PEN);
            context.set_line_cap("round");
            context.set_line_join("round");
        }
        self.pen.set_value(None);
        self.has_ink.set(false);
        self.drawn.set_value(false);
        self.flaw.set(false);
    }

    fn begin(self, event: &PointerEvent) {
        if !self.drawn.get_value() {
            // A typed name makes room for a hand.
            self.blank();
            self.drawn.set_value(true);
        }
        let Some((canvas, context)) = self.surface() else {
            return;
        };
        // The line goes on when the finger leaves the pad and comes back.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        let (x, y) = place(&canvas, event);
        context.begin_path();
        let _ = context.arc(x, y, PEN / 2.0, 0.0, std::f64::consts::TAU);
        context.fill();
        self.pen.set_value(Some((x, y)));
        self.has_ink.set(true);
        self.flaw.set(false);
    }

    fn go_on(self, event: &PointerEvent) {
        let (Some((from_x, from_y)), Some((canvas, context))) =
            (self.pen.get_value(), self.surface())
        else {
            return;
        };
        let (x, y) = place(&canvas, event);
        context.begin_path();
        context.move_to(from_x, from_y);
        context.line_to(x, y);
        context.stroke();
        self.pen.set_value(Some((x, y)));
    }

    /// A typed name alone is a signature; beside a drawn one it says whose that is.
    fn write(self, name: String) {
        if self.drawn.get_value() {
            self.name.set(name);
            return;
        }
        self.blank();
        if let Some((_, context)) = self.surface()
            && !name.trim().is_empty()
        {
            context.set_font("italic 96px serif");
            let widest = f64::from(WIDTH) - 2.0 * MARGIN;
            let base = f64::from(HEIGHT) * 0.65;
            let written = context.fill_text_with_max_width(name.trim(), MARGIN, base, widest);
            self.has_ink.set(written.is_ok());
        }
        self.name.set(name);
    }

    /// Once, however often it is asked for while it is being saved. The pad may be off the page by the end.
    fn hand_over(self, toasts: Toasts, commands: Option<Commands>, on_done: &OnPicked) -> bool {
        let has_ink = self.has_ink.try_get_untracked() == Some(true);
        let Some(canvas) = self.canvas.try_get_untracked().flatten() else {
            return false;
        };
        if !has_ink || self.handed.try_get_value() != Some(false) {
            return has_ink;
        }
        self.handed.set_value(true);
        // The report reads the name from the file's.
        let name = self.name.get_untracked().trim().replace(['/', '\\'], " ");
        let file = match name.as_str() {
            "" => "signature.png".to_owned(),
            name => format!("{name}.png"),
        };
        let on_done = Rc::clone(on_done);
        spawn_local(async move {
            match file_of_canvas(&canvas, &file).await {
                Some(file) => on_done(vec![file]),
                None => toasts.show(Err(Trouble::FileUnreadable)),
            }
            timer::sleep_ms(DOUBLE_TAP_MS).await;
            while untrack(|| commands.is_some_and(Commands::is_picking)) {
                timer::sleep_ms(DOUBLE_TAP_MS).await;
            }
            let _ = self.handed.try_set_value(false);
        });
        true
    }
}

/// Where on the drawing a pointer stands, however large the pad is shown.
fn place(canvas: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let shown = canvas.get_bounding_client_rect();
    let scale = |length: u32, shown: f64| f64::from(length) / shown.max(1.0);
    let x = f64::from(event.client_x()) - shown.left();
    let y = f64::from(event.client_y()) - shown.top();
    (
        x * scale(WIDTH, shown.width()),
        y * scale(HEIGHT, shown.height()),
    )
}
