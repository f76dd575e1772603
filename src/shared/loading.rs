//! How far the load is that makes this phone ready for offline use.
//!
//! Owns what is counted of it, by module. Pure; [`crate::shared::loading_part`] shows it.

use afield_domain::Module;
use afield_sync::Priming;

/// How far priming is, for one module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleProgress {
    /// The kind of records.
    pub module: Module,
    /// Records received.
    pub received: u64,
    /// Records to come in all.
    pub total: u64,
}

/// Progress by module, in the order of priming; empty until the first page came.
#[must_use]
pub fn priming_progress(priming: &Priming) -> Vec<ModuleProgress> {
    let count = |totals: &[afield_protocol::ModuleTotal], module| {
        totals
            .iter()
            .find(|total| total.module == module)
            .map_or(0, |total| total.count)
    };
    Module::ALL
        .into_iter()
        .map(|module| ModuleProgress {
            module,
            received: count(&priming.received, module),
            total: count(&priming.totals, module),
        })
        .filter(|progress| progress.total > 0 || progress.received > 0)
        .collect()
}

/// About how many bytes of the first load are missing; none before anything came to judge by.
#[must_use]
pub fn missing_bytes(priming: &Priming) -> Option<u64> {
    let (received, total) = priming.progress();
    let missing = total.saturating_sub(received);
    priming.bytes.saturating_mul(missing).checked_div(received)
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_protocol::ModuleTotal;

    #[test]
    fn what_is_missing_is_judged_by_what_came() {
        let total = |count| {
            vec![ModuleTotal {
                module: Module::Job,
                count,
            }]
        };
        for (received, expected, bytes, missing) in [
            (50, 200, 1_000, Some(3_000)),
            (200, 200, 1_000, Some(0)),
            (201, 200, 1_000, Some(0)),
            (0, 200, 0, None),
            (1, u64::MAX, u64::MAX, Some(u64::MAX)),
        ] {
            let priming = Priming {
                totals: total(expected),
                received: total(received),
                bytes,
                ..Priming::default()
            };
            assert_eq!(missing_bytes(&priming), missing, "{received} of {expected}");
        }
    }

    #[test]
    fn progress_is_by_module_in_the_order_of_priming() {
        let total = |module, count| ModuleTotal { module, count };
        let priming = Priming {
            totals: vec![total(Module::Note, 7), total(Module::Job, 20)],
            received: vec![total(Module::Job, 5)],
            ..Priming::default()
        };
        let progress: Vec<_> = priming_progress(&priming)
            .into_iter()
            .map(|p| (p.module, p.received, p.total))
            .collect();
        assert_eq!(progress, [(Module::Job, 5, 20), (Module::Note, 0, 7)]);
    }
}
