//! What must be true, each a named function.
//!
//! The first group holds after every step, the second once the faults have stopped.

mod always;
mod at_the_end;

use crate::world::World;

/// A named invariant.
pub type Invariant = (&'static str, fn(&World) -> Result<(), String>);

/// After every step.
pub const ALWAYS: [Invariant; 13] = [
    (
        "nothing is seen to go wrong on the way",
        always::nothing_accused,
    ),
    ("the server does what the model does", always::server_agrees),
    ("no saved change is lost", always::no_saved_change_is_lost),
    (
        "what came too late is kept for the office",
        always::reviews_are_kept,
    ),
    ("one effect for each change", always::one_effect_each),
    (
        "a device's changes apply in their order",
        always::device_order,
    ),
    (
        "nothing applies before what it depends on",
        always::dependencies_first,
    ),
    (
        "what is called received the server has",
        always::received_is_there,
    ),
    (
        "received and fetched bytes are right",
        always::bytes_are_right,
    ),
    ("captured bytes stay", always::captured_bytes_stay),
    ("what is unsent is on the screen", always::unsent_is_shown),
    ("what was made here is on the screen", always::made_is_shown),
    (
        "a live board shows what a fresh load shows",
        always::board_is_right,
    ),
];

/// When the faults have stopped and time has passed.
pub const AT_THE_END: [Invariant; 15] = [
    ("the outbox drains", at_the_end::the_outbox_drains),
    (
        "what is granted goes by itself",
        at_the_end::what_is_granted_goes,
    ),
    (
        "what the company sets is known",
        at_the_end::settings_are_known,
    ),
    ("the phone shows what the server has", at_the_end::converged),
    (
        "the author knows what the office has decided",
        at_the_end::decisions_are_known,
    ),
    ("ready for offline use", at_the_end::primed),
    (
        "the server has what the model has",
        at_the_end::server_is_model,
    ),
    (
        "a value that lost is kept",
        at_the_end::losing_values_are_kept,
    ),
    ("the rules decide what stands", at_the_end::the_rules_decide),
    ("what was filled in is whole", at_the_end::forms_are_whole),
    ("every file has arrived", at_the_end::files_have_arrived),
    (
        "what a rescue file holds has arrived",
        at_the_end::rescues_have_arrived,
    ),
    (
        "of an empty phone the office is shown nothing",
        at_the_end::phones_are_known,
    ),
    ("requests stay few", at_the_end::requests_are_bounded),
    ("the office's board is live", at_the_end::board_is_live),
];
