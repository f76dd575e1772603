//! What is to be checked on the demo's jobs, and what is to be done.

use super::asks::{Ask, Fails, Kind, ask};
use super::equipment::Thing;
use Kind::{Barcode, Choice, Date, Heading, Number, Photo, Signature, Text, YesNo};

const NO: &[&str] = &["no"];
const SAFE: Ask = ask("safe", "Is the place safe to work at?", YesNo, "yes").required();
const BEFORE: Ask = ask("before", "Photo before the work", Photo, "");
const AFTER: Ask = ask("after", "Photo after the work", Photo, "");
const SIGNED: Ask = ask("signature", "Signature of the customer", Signature, "");

const BOILER: &[Ask] = &[
    SAFE,
    ask("gas", "Is the gas cock closed?", YesNo, "yes").required(),
    ask("code", "Code on the boiler", Barcode, ""),
    BEFORE,
    ask(
        "pressure",
        "Pressure of the heating water",
        Number("0", "6", "bar"),
        "1.5",
    )
    .fails(Fails::Below("0.8"), "0.4"),
    ask(
        "sweep",
        "Chimney sweep told?",
        Choice(&["Yes", "Not needed", "Customer does"]),
        "Not needed",
    ),
    SIGNED,
];

const PUMP: &[Ask] = &[
    SAFE,
    ask(
        "off",
        "Is the unit switched off at the board?",
        YesNo,
        "yes",
    )
    .required(),
    ask("fault", "Fault code on the display", Text, "F.75"),
    ask(
        "outside",
        "Outside temperature",
        Number("-30", "50", "°C"),
        "6",
    ),
    AFTER,
];

const WATER: &[Ask] = &[
    ask("water", "Is the water shut off?", YesNo, "yes").required(),
    ask("who", "Neighbours told?", YesNo, "yes").when("water", &["yes"]),
    BEFORE,
    ask(
        "meter",
        "Reading of the water meter",
        Number("0", "999999", "m³"),
        "318.4",
    ),
    ask(
        "damage",
        "Damage",
        Choice(&["None", "Floor", "Ceiling below", "Wall"]),
        "None",
    )
    .required(),
    ask("damage_text", "Describe the damage", Text, "")
        .required()
        .when("damage", &["Floor", "Ceiling below", "Wall"]),
    AFTER,
    SIGNED,
];

const LIFT: &[Ask] = &[
    ask("empty", "Is nobody in the car?", YesNo, "yes")
        .required()
        .fails(Fails::Is(NO), "no"),
    ask(
        "locked",
        "Is the main switch locked and tagged?",
        YesNo,
        "yes",
    )
    .required(),
    ask("ride", "Test rides", Heading, ""),
    ask(
        "rides",
        "How many without a stop?",
        Number("0", "100", ""),
        "10",
    )
    .fails(Fails::Below("3"), "1"),
    ask("next", "Next inspection due", Date, ""),
    ask("book", "Entered in the lift book?", YesNo, "yes").required(),
    AFTER,
];

const LAMP: &[Ask] = &[
    ask("road", "Is the road cordoned off?", YesNo, "yes").required(),
    ask("code", "Code on the mast", Barcode, ""),
    ask("power", "Is there power at the fuse?", YesNo, "yes").required(),
    AFTER,
];

/// What is to be checked on a job on `thing`.
pub(in crate::demo) fn checklist(thing: Thing) -> &'static [Ask] {
    match thing {
        Thing::Boiler => BOILER,
        Thing::HeatPump => PUMP,
        Thing::Water => WATER,
        Thing::Lift => LIFT,
        Thing::Lamp => LAMP,
    }
}

/// What is to be done on `thing`. The first is done with the form for the thing, the last one of
/// four with the handover's.
pub(in crate::demo) fn tasks(thing: Thing) -> [&'static str; 4] {
    match thing {
        Thing::Boiler => [
            "Inspect the boiler",
            "Clean the burner",
            "Top up the heating water",
            "Hand over to the customer",
        ],
        Thing::HeatPump => [
            "Measure a test run",
            "Clean the air side",
            "Check the refrigerant circuit",
            "Hand over to the customer",
        ],
        Thing::Water => [
            "Take a water sample",
            "Tighten the joints",
            "Flush the pipe",
            "Hand over to the customer",
        ],
        Thing::Lift => [
            "Inspect the lift",
            "Oil the guide rails",
            "Try the emergency call",
            "Hand over to the caretaker",
        ],
        Thing::Lamp => [
            "Check the light",
            "Clean the glass",
            "Look at the mast door",
            "Tell the lighting office",
        ],
    }
}
