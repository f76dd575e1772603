//! The fields of a map, taken one by one.
//!
//! Owns [`Fields`]: what a missing field means, and which ways there are to go on without what cannot
//! be read. Must never go on silently: what is left out is told to [`left_out`].

use super::{FromTree, Tree, TreeError, left_out};
use std::borrow::Cow;

/// The fields of a map that have not been taken yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields<'de>(pub(super) Vec<(Cow<'de, str>, Tree<'de>)>);

impl<'de> Fields<'de> {
    fn remove(&mut self, name: &str) -> Option<Tree<'de>> {
        let index = self.0.iter().position(|(field, _)| field == name)?;
        Some(self.0.swap_remove(index).1)
    }

    /// Takes the field `name`.
    ///
    /// # Errors
    /// [`TreeError`] if it is missing or of another form.
    pub fn take<T: FromTree<'de>>(&mut self, name: &'static str) -> Result<T, TreeError> {
        match self.remove(name) {
            Some(tree) => T::from_tree(tree).map_err(|error| error.inside(name)),
            None => T::from_nothing(name),
        }
    }

    /// Takes the field `name`, or `default` if there is none or null stands in its place.
    ///
    /// # Errors
    /// [`TreeError`] if it is of another form.
    pub fn take_or<T: FromTree<'de>>(
        &mut self,
        name: &'static str,
        default: T,
    ) -> Result<T, TreeError> {
        match self.remove(name) {
            Some(Tree::Null) | None => Ok(default),
            Some(tree) => T::from_tree(tree).map_err(|error| error.inside(name)),
        }
    }

    /// Takes the field `name`, or `default` if there is none that can be read. What could not be is
    /// told to [`left_out`].
    pub fn take_readable<T: FromTree<'de>>(&mut self, name: &'static str, default: T) -> T {
        match self.remove(name) {
            Some(Tree::Null) | None => default,
            Some(tree) => T::from_tree(tree).unwrap_or_else(|error| {
                left_out(&error.inside(name));
                default
            }),
        }
    }

    /// Takes the list `name`, each of its elements by itself: one that cannot be read is left out and
    /// told to [`left_out`], and the others stay. For lists on the wire; a stored list is read whole.
    ///
    /// # Errors
    /// [`TreeError`] if it is missing or no list.
    pub fn take_each<T: FromTree<'de>>(&mut self, name: &'static str) -> Result<Vec<T>, TreeError> {
        let trees = match self.remove(name) {
            Some(Tree::List(trees)) => trees,
            Some(_) => return Err(TreeError::Expected("a list").inside(name)),
            None => return Err(TreeError::Missing(name)),
        };
        let mut values = Vec::with_capacity(trees.len());
        for (index, tree) in trees.into_iter().enumerate() {
            match T::from_tree(tree) {
                Ok(value) => values.push(value),
                Err(error) => left_out(&error.inside_list(index).inside(name)),
            }
        }
        Ok(values)
    }

    /// [`Self::take_each`] of a list that may be missing or be something else: then it is empty.
    pub fn take_each_readable<T: FromTree<'de>>(&mut self, name: &'static str) -> Vec<T> {
        if matches!(self.find(name), None | Some(Tree::Null)) {
            return Vec::new();
        }
        self.take_each(name).unwrap_or_else(|error| {
            left_out(&error);
            Vec::new()
        })
    }

    /// The text of the field `name`, which stays; none if it is something else.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'de, str>> {
        match self.find(name) {
            Some(Tree::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// The fields of the object in the field `name`, which stays; none if it is something else.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Self> {
        match self.find(name) {
            Some(Tree::Map(fields)) => Some(fields),
            _ => None,
        }
    }

    /// What stands in the field `name`, which stays.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Tree<'de>> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, tree)| tree)
    }
}
