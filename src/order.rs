//! Sorting, once for all lists: each type that is sorted by itself would bring some kilobytes of code.
//!
//! Pure.

/// Sorts `items` by number, then by text; equal ones keep their order.
pub fn sort_by_number_and_text<T>(items: &mut Vec<T>, key: impl Fn(&T) -> (i64, String)) {
    let mut order: Vec<(i64, String, usize)> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let (number, text) = key(item);
        order.push((number, text, index));
    }
    order.sort_unstable();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    let sorted = order
        .into_iter()
        .filter_map(|(.., index)| taken.get_mut(index)?.take());
    items.extend(sorted);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_then_text_then_as_it_was() {
        let mut items = [(2, "b", 0), (1, "z", 1), (2, "a", 2), (2, "a", 3)].to_vec();
        sort_by_number_and_text(&mut items, |(number, text, _)| {
            (*number, (*text).to_owned())
        });
        let places: Vec<i32> = items.into_iter().map(|(.., place)| place).collect();
        assert_eq!(places, [1, 2, 3, 0]);
    }
}
