//! An effect as Leptos's, but one piece of code for all of them.
//!
//! Owns the erasing of what is done, as `memo` does for values. Must never do anything itself.

/// What is done now, and again whenever what it has read has changed.
#[derive(Debug)]
pub struct Effect;

impl Effect {
    /// `run` is given what it gave back before.
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) -> Self {
        let mut before = None;
        boxed(Box::new(move || before = Some(run(before.take()))));
        Self
    }
}

fn boxed(mut run: Box<dyn FnMut()>) {
    leptos::prelude::Effect::new(move |_: Option<()>| run());
}
