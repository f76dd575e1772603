//! What the demo's customers have, and under what agreements.

/// What is serviced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Thing {
    Boiler,
    HeatPump,
    Water,
    Lift,
    Lamp,
}

/// A kind of asset, and which customers have one.
pub(in crate::demo) struct Equipment {
    pub(in crate::demo) thing: Thing,
    pub(in crate::demo) name: &'static str,
    pub(in crate::demo) models: &'static [&'static str],
    /// How its serial numbers begin.
    pub(in crate::demo) serial: &'static str,
    pub(in crate::demo) locations: &'static [&'static str],
    /// Every how many customers have one, and the first of them.
    pub(in crate::demo) every: usize,
    pub(in crate::demo) first: usize,
}

const BOILERS: Equipment = Equipment {
    thing: Thing::Boiler,
    name: "Gas boiler",
    models: &[
        "Nordflamm Eco 24",
        "Nordflamm Eco 60",
        "Calora GB 18",
        "Calora GB 45",
    ],
    serial: "NF",
    locations: &[
        "Boiler room, second cellar",
        "Attic, by the hatch",
        "Kitchen, behind the door",
    ],
    every: 3,
    first: 0,
};

pub(in crate::demo) const NORDHAUS: &[Equipment] = &[
    BOILERS,
    Equipment {
        first: 1,
        ..BOILERS
    },
    Equipment {
        thing: Thing::HeatPump,
        name: "Heat pump",
        models: &["Borea Air 9", "Borea Air 14", "Tellus Ground 11"],
        serial: "BO",
        locations: &["Yard, north wall", "Garden, behind the shed", "Flat roof"],
        every: 3,
        first: 2,
    },
    Equipment {
        thing: Thing::Water,
        name: "Drinking water heater",
        models: &["Aquatherm 200", "Aquatherm 300", "Brunn E 80"],
        serial: "AQ",
        locations: &[
            "Cellar, left of the stairs",
            "Boiler room",
            "Bathroom, above the door",
        ],
        every: 1,
        first: 0,
    },
    Equipment {
        thing: Thing::Lift,
        name: "Passenger lift",
        models: &["Hebewerk P4", "Hebewerk P8", "Elvira 630"],
        serial: "HW",
        locations: &["Front house", "Side wing", "Stairwell B"],
        every: 2,
        first: 0,
    },
    Equipment {
        thing: Thing::Lamp,
        name: "Street light",
        models: &["Lumen LED 40", "Lumen LED 60", "Kandela Sodium 70"],
        serial: "LU",
        locations: &[
            "Mast door at knee height, key 3",
            "Mast door on the street side",
            "Arm of 2 m",
        ],
        // None of the customers': every light of the city is one.
        every: usize::MAX,
        first: usize::MAX,
    },
];

pub(in crate::demo) const HARBOR: &[Equipment] = &[
    Equipment {
        thing: Thing::Lift,
        name: "Passenger elevator",
        models: &["Skyline 1000", "Skyline 1600", "Hudson Gearless 9"],
        serial: "SK",
        locations: &["Lobby, car 1", "Lobby, car 2", "North tower"],
        every: 1,
        first: 0,
    },
    Equipment {
        thing: Thing::Lift,
        name: "Freight elevator",
        models: &["Dockmaster 2500", "Dockmaster 4000"],
        serial: "DM",
        locations: &["Loading dock", "Rear entrance"],
        every: 2,
        first: 0,
    },
];

/// A kind of agreement: its name, what it covers, and the hours within which somebody comes.
pub(in crate::demo) const AGREEMENTS: [(&str, &str, u32); 4] = [
    (
        "Full service",
        "All inspections, repairs and parts. Travel included.",
        4,
    ),
    (
        "Inspection and repair",
        "Yearly inspection; repairs by the hour, parts at list price.",
        8,
    ),
    (
        "Inspection",
        "Inspections as the law asks for; anything else on a separate order.",
        48,
    ),
    (
        "Emergency line",
        "Somebody comes at any hour; work is charged as done.",
        2,
    ),
];
