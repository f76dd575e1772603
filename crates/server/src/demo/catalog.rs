//! The demo's people, streets and troubles. What is serviced there, and how, is in the modules below.

pub(super) mod asks;
pub(super) mod checklists;
pub(super) mod equipment;
pub(super) mod forms;
pub(super) mod parts;

use afield_domain::{Priority, Role};
use equipment::{Equipment, Thing};

pub(super) struct DemoUser {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
}

pub(super) struct DemoCompany {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) zone: &'static str,
    pub(super) contact: &'static str,
    pub(super) users: &'static [DemoUser],
    pub(super) organizations: &'static [(&'static str, &'static str)],
    pub(super) customers: &'static [&'static str],
    pub(super) streets: &'static [&'static str],
    pub(super) city: &'static str,
    pub(super) postcodes: &'static [&'static str],
    pub(super) centre: (f64, f64),
    pub(super) dialling: &'static str,
    pub(super) currency: &'static str,
    pub(super) troubles: &'static [Trouble],
    /// What its customers have.
    pub(super) equipment: &'static [Equipment],
    /// How many street lights the city has given it, and which organization the city is.
    pub(super) lights: usize,
    pub(super) city_organization: usize,
}

/// A kind of job.
pub(super) struct Trouble {
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) priority: Priority,
    pub(super) minutes: u64,
    pub(super) note: &'static str,
    /// What it is on.
    pub(super) thing: Thing,
}

const fn user(email: &'static str, name: &'static str, role: Role) -> DemoUser {
    DemoUser { email, name, role }
}

const fn trouble(
    title: &'static str,
    description: &'static str,
    priority: Priority,
    minutes: u64,
    note: &'static str,
) -> Trouble {
    Trouble {
        title,
        description,
        priority,
        minutes,
        note,
        thing: Thing::Boiler,
    }
}

const fn on(thing: Thing, trouble: Trouble) -> Trouble {
    Trouble { thing, ..trouble }
}

const fn pump(trouble: Trouble) -> Trouble {
    on(Thing::HeatPump, trouble)
}

const fn water(trouble: Trouble) -> Trouble {
    on(Thing::Water, trouble)
}

const fn lift(trouble: Trouble) -> Trouble {
    on(Thing::Lift, trouble)
}

const fn light(trouble: Trouble) -> Trouble {
    on(Thing::Lamp, trouble)
}

pub(super) const ACCESS: [&str; 6] = [
    "Key at the kiosk on the corner",
    "Ring at the caretaker's, ground floor left",
    "Code 4711 at the yard gate",
    "Boiler room: second cellar door, light switch outside",
    "Call ten minutes ahead",
    "Dog in the yard, friendly",
];

pub(super) static COMPANIES: [DemoCompany; 2] = [
    DemoCompany {
        slug: "nordhaus",
        name: "Nordhaus Service",
        zone: "Europe/Berlin",
        contact: "office@nordhaus.example",
        users: &[
            user("anna@nordhaus.example", "Anna Berg", Role::Technician),
            user("ben@nordhaus.example", "Ben Ito", Role::Technician),
            user("chris@nordhaus.example", "Chris Vogel", Role::Technician),
            user("dora@nordhaus.example", "Dora Lindner", Role::Dispatcher),
            user("ada@nordhaus.example", "Ada Falk", Role::Admin),
        ],
        organizations: &[
            ("Spree Housing Cooperative", "+49 30 55501100"),
            ("Linden Property Management", "+49 30 55501200"),
            ("City Lighting Office", "+49 30 55501300"),
            ("Hotel Group Nordlicht", "+49 30 55501400"),
        ],
        customers: &[
            "Hansen & Co",
            "Familie Krüger",
            "Bäckerei Sommer",
            "Dr. Yıldız, dentist",
            "Café Morgenrot",
            "Kita Regenbogen",
            "Frau Petersen",
            "Seniorenhaus Lindenhof",
            "Autohaus Brandt",
            "Herr Nowak",
            "Architekten Falke",
            "Bibliothek am Park",
            "Familie Öztürk",
            "Pension Havel",
            "Schule am See",
            "Frau Schröder",
            "Fitness Nord",
            "Weinhandlung Keller",
            "Herr van Dijk",
            "Praxis Dr. Albrecht",
        ],
        streets: &[
            "Lindenallee",
            "Kastanienweg",
            "Hafenstraße",
            "Mühlendamm",
            "Am Treptower Park",
            "Prenzlauer Berg",
            "Kirchgasse",
            "Schönhauser Allee",
            "Weserstraße",
            "Gartenstraße",
            "Torstraße",
            "Pappelallee",
        ],
        city: "Berlin",
        postcodes: &[
            "10115", "10245", "10405", "10435", "12043", "12435", "13353",
        ],
        centre: (52.52, 13.405),
        dialling: "+49 30 5550",
        currency: "€",
        troubles: &[
            trouble(
                "Boiler does not start",
                "Error E-14 since the morning. Three flats without hot water.",
                Priority::High,
                60,
                "Ignition electrode worn. Replaced, flame stable, hot water at 58 °C.",
            ),
            trouble(
                "Yearly heating service",
                "Clean the burner, measure the flue gas, check the expansion vessel.",
                Priority::Normal,
                60,
                "Flue gas within limits, vessel topped up to 1.5 bar.",
            ),
            trouble(
                "Radiators stay cold on the third floor",
                "Cold since the weekend, lower floors are warm.",
                Priority::Normal,
                45,
                "Air in the riser. Bled and balanced.",
            ),
            pump(trouble(
                "Heat pump switches off by itself",
                "Switches off every few hours, display shows F.75.",
                Priority::High,
                60,
                "Pressure sensor replaced, running for an hour without a fault.",
            )),
            pump(trouble(
                "Heat pump is loud at night",
                "The neighbour hears it in the bedroom since it was moved.",
                Priority::Low,
                45,
                "Rubber feet renewed, night mode set from 22:00 to 06:00.",
            )),
            water(trouble(
                "Water runs from under the bath",
                "Neighbour below reports a stain on the ceiling.",
                Priority::Urgent,
                45,
                "Seal of the trap renewed. Ceiling below must dry before painting.",
            )),
            water(trouble(
                "Blocked drain in the kitchen",
                "Water stands in both sinks.",
                Priority::Normal,
                45,
                "Cleared with the spiral, 6 m in. Grease: recommend a yearly flush.",
            )),
            water(trouble(
                "Replace the toilet cistern",
                "Runs all the time, water meter never stops.",
                Priority::Low,
                60,
                "Cistern replaced, old one taken along.",
            )),
            water(trouble(
                "Water meter change",
                "Calibration expires this month. Two meters in the cellar.",
                Priority::Normal,
                30,
                "Both meters changed, readings on the sheet.",
            )),
            lift(trouble(
                "Lift stops between floors",
                "Stopped twice today between first and second floor. Nobody inside now.",
                Priority::Urgent,
                60,
                "Door contact on the first floor adjusted. Ten test rides without a stop.",
            )),
            lift(trouble(
                "Lift door closes too hard",
                "An elderly lady was hit by the door.",
                Priority::High,
                45,
                "Light curtain cleaned and set anew, closing force measured at 120 N.",
            )),
            lift(trouble(
                "Quarterly lift inspection",
                "Ropes, brake, emergency call, pit.",
                Priority::Normal,
                60,
                "No defects. Emergency call answered after 12 seconds.",
            )),
            light(trouble(
                "Street light is out",
                "At the bus stop, dark since Friday.",
                Priority::Normal,
                30,
                "Driver replaced, light on.",
            )),
            light(trouble(
                "Street light flickers",
                "Residents complain about flickering at night.",
                Priority::Low,
                30,
                "Loose terminal in the mast door. Tightened.",
            )),
            light(trouble(
                "Mast damaged by a car",
                "Leans over the pavement, cordoned off by the police.",
                Priority::Urgent,
                60,
                "Disconnected and laid down. New mast ordered.",
            )),
        ],
        equipment: equipment::NORDHAUS,
        lights: 8,
        city_organization: 2,
    },
    DemoCompany {
        slug: "harbor",
        name: "Harbor Lifts",
        zone: "America/New_York",
        contact: "office@harbor.example",
        users: &[
            user("tom@harbor.example", "Tom Reyes", Role::Technician),
            user("dana@harbor.example", "Dana Cole", Role::Dispatcher),
        ],
        organizations: &[
            ("Pier Properties", "+1 212 555 0110"),
            ("Hudson Towers Management", "+1 212 555 0120"),
        ],
        customers: &[
            "Harbor View Apartments",
            "Front Street Lofts",
            "Maritime Museum",
            "Dock 7 Offices",
            "St. Brendan Hospital",
            "Ferry Terminal East",
            "Ms. Okafor",
            "Battery Court Hotel",
        ],
        streets: &[
            "Front Street",
            "Water Street",
            "Pearl Street",
            "South Street",
            "Beekman Street",
            "Fulton Street",
        ],
        city: "New York",
        postcodes: &["10004", "10005", "10038", "11201"],
        centre: (40.706, -74.003),
        dialling: "+1 212 555 0",
        currency: "USD",
        troubles: &[
            lift(trouble(
                "Elevator stuck on 4",
                "Doors open, car does not move.",
                Priority::Urgent,
                60,
                "Brake released by hand, relay K3 replaced.",
            )),
            lift(trouble(
                "Monthly elevator check",
                "Door locks, buffer, machine room.",
                Priority::Normal,
                60,
                "All in order, oil topped up.",
            )),
            lift(trouble(
                "Car stops an inch too high",
                "Level on floors 2 and 6.",
                Priority::High,
                45,
                "Encoder cleaned, levels learned anew.",
            )),
            lift(trouble(
                "Call button on floor 9 is dead",
                "Neither light nor call.",
                Priority::Normal,
                30,
                "Button board replaced.",
            )),
            lift(trouble(
                "Emergency phone is silent",
                "Test call failed last night.",
                Priority::High,
                45,
                "Battery pack replaced, test call answered.",
            )),
        ],
        equipment: equipment::HARBOR,
        lights: 0,
        city_organization: 0,
    },
];
