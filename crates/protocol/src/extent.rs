//! How much of its user's scope a phone holds that does not hold all of it.
//!
//! Owns how that stands in the address of a pull. Must never decide what belongs to it.

use afield_domain::RecordKey;

/// More records than this are not named in one pull.
const MOST: usize = 64;

/// A phone that holds the schedule ([`afield_domain::Module::is_of_schedule`]) and, of the records that are named here, all that hangs
/// on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extent {
    /// Those of which it holds that already.
    pub kept: Vec<RecordKey>,
    /// Those of which it does not: it comes whole, whether it has changed or not.
    pub asked: Vec<RecordKey>,
}

impl Extent {
    /// All that are named.
    pub fn named(&self) -> impl Iterator<Item = RecordKey> + '_ {
        self.kept.iter().chain(&self.asked).copied()
    }
}

/// The keys, as they stand in an address: `job.<uuid>,asset.<uuid>`.
#[must_use]
pub fn write_keys(keys: &[RecordKey]) -> String {
    let names: Vec<String> = keys
        .iter()
        .map(|key| format!("{}.{}", key.module.name(), key.id))
        .collect();
    names.join(",")
}

/// The keys in an address. What cannot be read is left out: then there is nothing of it to send.
#[must_use]
pub fn read_keys(text: &str) -> Vec<RecordKey> {
    let read = |name: &str| {
        let (module, id) = name.split_once('.')?;
        RecordKey::from_names(module, id)
    };
    text.split(',').filter_map(read).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::Module;
    use uuid::Uuid;

    #[test]
    fn keys_are_read_as_they_were_written_and_what_is_strange_is_left_out() {
        let keys = [Module::Job, Module::Asset].map(|module| {
            let id = Uuid::from_u128(module as u128 + 7);
            RecordKey::new(module, id)
        });
        let text = write_keys(&keys);
        assert_eq!(read_keys(&text), keys);
        assert_eq!(
            read_keys(&format!("x,{text},job.7,moon.{}", Uuid::nil())),
            keys
        );
        assert_eq!(read_keys(""), []);
        let many = vec![text; 100].join(",");
        assert_eq!(read_keys(&many).len(), MOST);
    }
}
