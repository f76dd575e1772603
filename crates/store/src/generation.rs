//! The cache's two generations: the one that is shown, and the one that pulls fill beside it.
//!
//! Owns the keys of both. Pure. The first has the keys that the database's version 1 had for all there
//! was, so a cache of that version is read as it is and nobody has to prime again for an update.
//! Which of the two is shown stands in the row of the state, so that one write switches.

use crate::pages::PageId;
use afield_domain::Module;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generation {
    /// The one that a new cache begins with.
    #[default]
    First,
    /// The one that the first new generation fills; the next one fills the first again.
    Second,
}

/// Keys from the first of these up to, not including, the second.
pub type Keys = (String, String);

impl Generation {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// What its keys begin with. The tilde comes after every letter, so a range holds one generation.
    fn prefix(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Second => "~",
        }
    }

    /// The key of a page: `module/number`, the number as four hex digits.
    #[must_use]
    pub fn page(self, page: PageId) -> String {
        let (prefix, module) = (self.prefix(), page.module.name());
        format!("{prefix}{module}/{:04x}", page.number)
    }

    /// The keys of a module's pages.
    #[must_use]
    pub fn pages_of(self, module: Module) -> Keys {
        self.under(module.name())
    }

    /// The keys of all of its pages, also of modules that this build does not know.
    #[must_use]
    pub fn pages(self) -> Keys {
        let prefix = self.prefix();
        (prefix.to_owned(), format!("{prefix}~"))
    }

    /// The key of a module's directory.
    #[must_use]
    pub fn directory(self, module: Module) -> String {
        format!("{}directory/{}", self.prefix(), module.name())
    }

    /// The keys of its directories.
    #[must_use]
    pub fn directories(self) -> Keys {
        self.under("directory")
    }

    fn under(self, folder: &str) -> Keys {
        let prefix = self.prefix();
        // The character after "/" is "0".
        (format!("{prefix}{folder}/"), format!("{prefix}{folder}0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Generation; 2] = [Generation::First, Generation::Second];

    fn holds(keys: &Keys, key: &str) -> bool {
        keys.0.as_str() <= key && key < keys.1.as_str()
    }

    fn page(module: Module, number: u16) -> PageId {
        PageId { module, number }
    }

    #[test]
    fn the_first_has_the_keys_of_version_1() {
        let first = Generation::First;
        assert_eq!(first.page(page(Module::Job, 0x1f)), "job/001f");
        assert_eq!(first.page(page(Module::Note, u16::MAX)), "note/ffff");
        assert_eq!(first.directory(Module::Job), "directory/job");
        assert_eq!(Generation::default(), first);
    }

    #[test]
    fn a_range_holds_its_own_keys_and_no_others() {
        for (one, two) in BOTH.iter().flat_map(|a| BOTH.map(|b| (*a, b))) {
            let same = one == two;
            assert!(!holds(&one.directories(), "state"));
            for module in Module::ALL {
                for number in [0, u16::MAX] {
                    let key = two.page(page(module, number));
                    assert_eq!(holds(&one.pages(), &key), same, "{key}");
                    for other in Module::ALL {
                        let inside = holds(&one.pages_of(other), &key);
                        assert_eq!(inside, same && module == other, "{key}");
                    }
                }
                let key = two.directory(module);
                assert_eq!(holds(&one.directories(), &key), same, "{key}");
            }
        }
    }
}
