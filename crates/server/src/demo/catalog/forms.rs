//! The demo's forms.

use super::asks::{Ask, Fails, Kind, ask};
use super::equipment::Thing;
use Kind::{Barcode, Calculation, Choice, Date, Heading, Number, Photo, Signature, Text, YesNo};

/// A form.
pub(in crate::demo) struct Form {
    pub(in crate::demo) name: &'static str,
    pub(in crate::demo) asks: &'static [Ask],
    /// What it is filled in for; none for anything.
    pub(in crate::demo) thing: Option<Thing>,
}

pub(in crate::demo) const FORMS: [Form; 6] = [
    Form {
        name: "Gas boiler inspection",
        asks: BOILER,
        thing: Some(Thing::Boiler),
    },
    Form {
        name: "Lift quarterly inspection",
        asks: LIFT,
        thing: Some(Thing::Lift),
    },
    Form {
        name: "Street light check",
        asks: LAMP,
        thing: Some(Thing::Lamp),
    },
    Form {
        name: "Water hygiene sample",
        asks: WATER,
        thing: Some(Thing::Water),
    },
    Form {
        name: "Heat pump commissioning",
        asks: PUMP,
        thing: Some(Thing::HeatPump),
    },
    Form {
        name: "Handover protocol",
        asks: HANDOVER,
        thing: None,
    },
];

const NO: &[&str] = &["no"];

const BOILER: &[Ask] = &[
    ask("look", "Look", Heading, ""),
    ask("code", "Code on the boiler", Barcode, ""),
    ask("burner", "Is the burner clean?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask("burner_photo", "Photo of the burner", Photo, "").when("burner", NO),
    ask(
        "seal",
        "Seals and joints",
        Choice(&["Tight", "Sweating", "Leaking"]),
        "Tight",
    )
    .required()
    .fails(Fails::Is(&["Leaking"]), "Leaking"),
    ask(
        "seal_place",
        "Where does it leak?",
        Text,
        "At the gas valve, lower joint.",
    )
    .required()
    .when("seal", &["Sweating", "Leaking"]),
    ask("measure", "Measure", Heading, ""),
    ask("flow", "Flow temperature", Number("0", "110", "°C"), "62.5").required(),
    ask(
        "return",
        "Return temperature",
        Number("0", "110", "°C"),
        "48",
    )
    .required(),
    ask("spread", "Spread", Calculation("flow - return", "°C"), ""),
    ask("co", "CO in the flue gas", Number("0", "5000", "ppm"), "38")
        .required()
        .fails(Fails::Above("100"), "240"),
    ask(
        "pressure",
        "Pressure of the heating water",
        Number("0", "6", "bar"),
        "1.5",
    )
    .required()
    .fails(Fails::Below("0.8"), "0.4"),
    ask("next", "Next inspection", Date, ""),
    ask("remark", "Remark", Text, ""),
];

const LIFT: &[Ask] = &[
    ask("car", "Car and doors", Heading, ""),
    ask("doors", "Do the doors close and lock?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask(
        "force",
        "Closing force of the doors",
        Number("0", "500", "N"),
        "120",
    )
    .required()
    .fails(Fails::Above("150"), "210"),
    ask(
        "level_up",
        "Stops above the floor, upwards",
        Number("-100", "100", "mm"),
        "3",
    )
    .required(),
    ask(
        "level_down",
        "Stops above the floor, downwards",
        Number("-100", "100", "mm"),
        "-2",
    )
    .required(),
    ask(
        "level",
        "Difference between the two",
        Calculation("level_up - level_down", "mm"),
        "",
    ),
    ask("shaft", "Shaft and drive", Heading, ""),
    ask(
        "rope",
        "Ropes",
        Choice(&["Good", "Worn", "Replace at once"]),
        "Good",
    )
    .required()
    .fails(Fails::Is(&["Replace at once"]), "Replace at once"),
    ask("rope_photo", "Photo of the ropes", Photo, "").when("rope", &["Worn", "Replace at once"]),
    ask("brake", "Does the brake hold the empty car?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask("call", "Is the emergency call answered?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask(
        "call_seconds",
        "After how many seconds?",
        Number("0", "600", "s"),
        "12",
    )
    .required()
    .when("call", &["yes"]),
    ask("defects", "Defects", Text, ""),
];

const LAMP: &[Ask] = &[
    ask("code", "Code on the mast", Barcode, ""),
    ask("lit", "Is it lit after the work?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask(
        "lit_why",
        "Why not?",
        Choice(&["No power", "Driver", "Lamp", "Vandalism"]),
        "No power",
    )
    .required()
    .when("lit", NO),
    ask(
        "insulation",
        "Insulation resistance",
        Number("0", "999", "MΩ"),
        "180",
    )
    .required()
    .fails(Fails::Below("1"), "0.4"),
    ask(
        "mast",
        "Does the mast stand upright and firm?",
        YesNo,
        "yes",
    )
    .required()
    .fails(Fails::Is(NO), "no"),
    ask("photo", "Photo of the whole light", Photo, ""),
];

const WATER: &[Ask] = &[
    ask(
        "place",
        "Sampled at",
        Choice(&["Kitchen", "Bathroom", "Heater outlet"]),
        "Kitchen",
    )
    .required(),
    ask("label", "Label of the bottle", Barcode, ""),
    ask(
        "cold",
        "Cold water after one minute",
        Number("0", "60", "°C"),
        "14.5",
    )
    .required()
    .fails(Fails::Above("25"), "27"),
    ask(
        "hot",
        "Hot water after one minute",
        Number("0", "90", "°C"),
        "57.5",
    )
    .required()
    .fails(Fails::Below("55"), "49"),
    ask(
        "gap",
        "Between hot and cold",
        Calculation("hot - cold", "°C"),
        "",
    ),
    ask("flushed", "Was the tap flamed and flushed?", YesNo, "yes").required(),
    ask("day", "Day of the sample", Date, ""),
    ask("photo", "Photo of the bottle", Photo, ""),
];

const PUMP: &[Ask] = &[
    ask("unit", "Unit", Heading, ""),
    ask("code", "Code on the unit", Barcode, ""),
    ask("site", "Set up as planned?", YesNo, "yes").required(),
    ask(
        "site_why",
        "What is different?",
        Text,
        "Half a metre further from the wall.",
    )
    .required()
    .when("site", NO),
    ask("run", "Test run", Heading, ""),
    ask(
        "supply",
        "Supply temperature",
        Number("0", "80", "°C"),
        "35",
    )
    .required(),
    ask(
        "back",
        "Return temperature",
        Number("0", "80", "°C"),
        "29.5",
    )
    .required(),
    ask("litres", "Flow", Number("0", "100", "l/min"), "22").required(),
    ask(
        "heat",
        "Heat output",
        Calculation("(supply - back) * litres * 0.0698", "kW"),
        "",
    ),
    ask("power", "Electric power", Number("0.1", "50", "kW"), "2.1").required(),
    ask(
        "factor",
        "Heat per power",
        Calculation("heat / power", ""),
        "",
    )
    .fails(Fails::Below("2.5"), ""),
    ask(
        "noise",
        "Noise at the neighbour's window",
        Number("0", "120", "dB"),
        "34",
    )
    .fails(Fails::Above("45"), "52"),
    ask(
        "refrigerant",
        "Does the refrigerant circuit hold tight?",
        YesNo,
        "yes",
    )
    .required()
    .fails(Fails::Is(NO), "no"),
];

const HANDOVER: &[Ask] = &[
    ask("done", "Is all the work done?", YesNo, "yes").required(),
    ask("left", "What is left to do?", Text, "")
        .required()
        .when("done", NO),
    ask("clean", "Was the place left clean?", YesNo, "yes").required(),
    ask(
        "keys",
        "Keys given back",
        Choice(&["Yes", "There were none", "Still with us"]),
        "There were none",
    )
    .required(),
    ask("name", "Name of the one who signs", Text, "").required(),
    ask("signature", "Signature", Signature, "").required(),
];
