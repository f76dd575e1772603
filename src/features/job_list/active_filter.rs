//! The filter that counts on the page Jobs.
//!
//! Owns the way between what is typed, the address and the keyboard. What is typed counts at once;
//! the address follows when the typing pauses, because browsers limit how often it may change.

use super::filter::Filter;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::signal::RwSignal;
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

const PAUSE_MS: u32 = 300;

/// The filter of the page: what the address says, and what was typed since.
#[derive(Debug, Clone, Copy)]
pub(super) struct ActiveFilter {
    /// What stands in the field.
    pub(super) typed: RwSignal<String>,
    pub(super) address: Memo<Filter>,
    go: Callback<Filter>,
    number: StoredValue<u32>,
}

impl ActiveFilter {
    /// The filter of this page.
    pub(super) fn new() -> Self {
        let query = use_query_map();
        let navigate = use_navigate();
        let address =
            Memo::new(move |_| query.with(|query| Filter::parse(|name| query.get_str(name))));
        let typed = RwSignal::new(address.with_untracked(|filter| filter.query.clone()));
        // Back, forward, or a link to another search.
        let asked = Memo::new(move |_| address.with(|filter| filter.query.clone()));
        Effect::new(move |before: Option<()>| {
            let asked = asked.get();
            if before.is_some() && typed.with_untracked(|typed| *typed != asked) {
                typed.set(asked);
            }
        });
        let options = || NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        Self {
            typed,
            address,
            go: Callback::new(move |filter: Filter| {
                navigate(&filter.href(Url::escape), options());
            }),
            number: StoredValue::new(0),
        }
    }

    /// The filter that counts; tracks.
    pub(super) fn filter(self) -> Filter {
        Filter {
            query: self.typed.get(),
            ..self.address.get()
        }
    }

    /// Changes the filter, and the address with it.
    pub(super) fn change(self, change: impl FnOnce(&mut Filter)) {
        let mut filter = untrack(|| self.filter());
        change(&mut filter);
        self.number.update_value(|number| *number += 1);
        self.typed.set(filter.query.clone());
        self.go.run(filter);
    }

    /// Shows every job again: the button **Clear filters**.
    pub(super) fn clear(self) {
        self.change(|filter| *filter = Filter::default());
    }

    /// Takes the words away and nothing else.
    pub(super) fn clear_query(self) {
        self.change(|filter| filter.query.clear());
    }

    pub(super) fn type_in(self, text: String) {
        self.typed.set(text);
        self.number.update_value(|number| *number += 1);
        let number = self.number.get_value();
        spawn_local(async move {
            timer::sleep_ms(PAUSE_MS).await;
            // The page may be gone: then the address is another page's.
            if self.number.try_get_value() == Some(number) {
                self.change(|_| {});
            }
        });
    }
}
