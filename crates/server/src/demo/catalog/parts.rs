//! The demo's parts and services with their prices.

use super::equipment::Thing;
use afield_domain::PartKind;

/// A part or a service.
pub(in crate::demo) struct PartEntry {
    pub(in crate::demo) number: &'static str,
    pub(in crate::demo) name: &'static str,
    pub(in crate::demo) kind: PartKind,
    pub(in crate::demo) unit: &'static str,
    /// In cents: every company writes them in its own currency.
    pub(in crate::demo) cents: u32,
    pub(in crate::demo) description: &'static str,
    /// What it is planned for; none for anything.
    pub(in crate::demo) thing: Option<Thing>,
}

const fn part(
    number: &'static str,
    name: &'static str,
    unit: &'static str,
    cents: u32,
    thing: Thing,
) -> PartEntry {
    PartEntry {
        number,
        name,
        kind: PartKind::Part,
        unit,
        cents,
        description: "",
        thing: Some(thing),
    }
}

const fn service(
    number: &'static str,
    name: &'static str,
    unit: &'static str,
    cents: u32,
    description: &'static str,
) -> PartEntry {
    PartEntry {
        number,
        name,
        kind: PartKind::Service,
        unit,
        cents,
        description,
        thing: None,
    }
}

pub(in crate::demo) const PARTS: [PartEntry; 25] = [
    service(
        "S-01",
        "Working time",
        "hour",
        8_900,
        "By the quarter of an hour, on weekdays from 7 to 18.",
    ),
    service(
        "S-02",
        "Working time at night",
        "hour",
        13_400,
        "From 18 to 7, on Sundays and holidays.",
    ),
    service(
        "S-03",
        "Travel",
        "trip",
        3_900,
        "Within the city; once a day and address.",
    ),
    service(
        "S-04",
        "Disposal of old parts",
        "piece",
        1_200,
        "With a receipt where the law asks for one.",
    ),
    service(
        "S-05",
        "Laboratory, water sample",
        "sample",
        6_450,
        "Results after ten days, sent to the customer.",
    ),
    part("B-110", "Ignition electrode", "piece", 4_280, Thing::Boiler),
    part("B-112", "Gas valve", "piece", 18_900, Thing::Boiler),
    part("B-120", "Burner seal", "piece", 1_490, Thing::Boiler),
    part(
        "B-131",
        "Expansion vessel 25 l",
        "piece",
        8_750,
        Thing::Boiler,
    ),
    part("B-140", "Flue gas sensor", "piece", 5_320, Thing::Boiler),
    part("H-201", "Pressure sensor", "piece", 7_640, Thing::HeatPump),
    part("H-204", "Refrigerant R290", "kg", 9_800, Thing::HeatPump),
    part(
        "H-210",
        "Circulation pump",
        "piece",
        21_500,
        Thing::HeatPump,
    ),
    part("H-218", "Pipe insulation", "m", 640, Thing::HeatPump),
    part("W-301", "Trap seal set", "set", 890, Thing::Water),
    part("W-305", "Cistern, complete", "piece", 6_990, Thing::Water),
    part("W-312", "Water meter Qn 2.5", "piece", 3_450, Thing::Water),
    part("W-320", "Copper pipe 15 mm", "m", 780, Thing::Water),
    part("L-401", "Door contact", "piece", 3_280, Thing::Lift),
    part("L-407", "Light curtain", "piece", 24_900, Thing::Lift),
    part(
        "L-415",
        "Emergency call battery",
        "piece",
        5_900,
        Thing::Lift,
    ),
    part("L-422", "Guide rail oil", "l", 1_650, Thing::Lift),
    part("M-501", "LED driver 60 W", "piece", 6_240, Thing::Lamp),
    part("M-504", "Fuse 6 A for the mast", "piece", 210, Thing::Lamp),
    part("M-510", "Mast door with lock", "piece", 4_470, Thing::Lamp),
];
