//! A list of views by key, as Leptos's `For`, but one piece of code for every list.
//!
//! Owns the erasing of the items' types: the library's `For` compiles its whole comparison of lists anew for
//! each, eight kilobytes each, and a phone downloads it. Must never know what an item is.

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;
use std::any::Any;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A key whose type is forgotten.
trait AnyKey: Any + Send + Sync {
    fn is_same(&self, other: &dyn AnyKey) -> bool;
    fn number(&self) -> u64;
    fn as_any(&self) -> &dyn Any;
}

impl<K: Eq + Hash + Send + Sync + 'static> AnyKey for K {
    fn is_same(&self, other: &dyn AnyKey) -> bool {
        other.as_any().downcast_ref::<K>() == Some(self)
    }

    fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Clone)]
struct Key(Arc<dyn AnyKey>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&*other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.number());
    }
}

struct Item {
    key: Key,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// The views of `each`; a view stays as long as its key is among them.
#[component]
pub fn For<Each, Items, T, Draw, V, KeyOf, K>(
    /// The items, tracked.
    each: Each,
    /// What tells them apart.
    key: KeyOf,
    /// Draws one.
    children: Draw,
) -> impl IntoView
where
    Each: Fn() -> Items + Send + 'static,
    Items: IntoIterator<Item = T> + 'static,
    Draw: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
    KeyOf: Fn(&T) -> K + Send + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    T: Send + 'static,
{
    let children = Arc::new(children);
    keyed_list(Box::new(move || {
        let mut items = Vec::new();
        for item in each() {
            let children = Arc::clone(&children);
            items.push(Item {
                key: Key(Arc::new(key(&item))),
                draw: Box::new(move || children(item).into_any()),
            });
        }
        items
    }))
}

fn keyed_list(each: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    let parent = Owner::current().unwrap_or_default();
    (move || {
        let parent = parent.clone();
        keyed(
            each(),
            |item: &Item| item.key.clone(),
            move |_: usize, item: Item| {
                let owner = parent.with(Owner::new);
                let view = owner.with(item.draw);
                (drop::<usize>, OwnedView::new_with_owner(view, owner))
            },
        )
    })
    .into_any()
}
