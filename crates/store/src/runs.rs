//! Places that follow each other: they are read in one go.
//!
//! Owns the arithmetic alone.

use afield_domain::order::Order;
use afield_protocol::Seq;

/// The first and the last of each run of places that follow each other, each place once.
pub(crate) fn runs_of(mut seqs: Vec<Seq>) -> Vec<(Seq, Seq)> {
    seqs.order();
    let mut runs: Vec<(Seq, Seq)> = Vec::new();
    for seq in seqs {
        match runs.last_mut() {
            Some((_, last)) if seq.0.saturating_sub(last.0) <= 1 => *last = seq,
            _ => runs.push((seq, seq)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_each_other_are_one_run() {
        let runs = |seqs: &[u64]| -> Vec<(u64, u64)> {
            let runs = runs_of(seqs.iter().copied().map(Seq).collect());
            runs.iter().map(|(first, last)| (first.0, last.0)).collect()
        };
        assert_eq!(runs(&[]), []);
        assert_eq!(runs(&[7]), [(7, 7)]);
        assert_eq!(runs(&[3, 1, 2, 2]), [(1, 3)]);
        assert_eq!(
            runs(&[1, 3, 4, 9, u64::MAX]),
            [(1, 1), (3, 4), (9, 9), (u64::MAX, u64::MAX)]
        );
    }
}
