//! Where an unknown word fails the whole, and why it may.

/// The places at which the whole may fail, with the reasons. `*` is any element of a list.
pub(super) const WHOLE_MAY_FAIL: &[(&str, &str, &str)] = &[
    (
        "",
        "afield",
        "it is the mark by which a reply is ours, and the version by which it is read",
    ),
    (
        "",
        "epoch",
        "of another data set nothing may be taken for the known one",
    ),
    ("", "server_time", "clocks are measured by it"),
    ("", "reply", "without ok or error there is no answer"),
    ("push_", "device", "it is nobody's push"),
    (
        "push_",
        "ack_below",
        "the server would forget verdicts, or never",
    ),
    ("push_", "epoch", "a restored backup must not be overlooked"),
    ("push_", "mutations", "there is nothing in it"),
    ("push_", "asks", "what is only asked about would be decided"),
    ("e", "reply.error", "without ok or error there is no answer"),
    ("", "reply.ok", "there is no answer"),
    (
        "pull_",
        "reply.ok.changes",
        "a cursor must not skip changes that were not even a list",
    ),
    (
        "pull_",
        "reply.ok.cursor",
        "the next pull would not know where to go on",
    ),
    (
        "pull_",
        "reply.ok.more",
        "a first load would end too early, or never",
    ),
    ("push_response", "reply.ok.verdicts", "nothing was decided"),
    ("push_reviewed", "reply.ok.verdicts", "nothing was decided"),
    ("push_worded", "reply.ok.verdicts", "nothing was decided"),
    ("push_asked", "reply.ok.verdicts", "nothing was decided"),
    (
        "board_response",
        "reply.ok.day",
        "a board of no day is none",
    ),
    (
        "board_response",
        "reply.ok.jobs",
        "an empty day would be shown",
    ),
    (
        "series",
        "reply.ok.id",
        "a page of another series would be shown",
    ),
    ("series", "reply.ok.starts", "nobody knows when it begins"),
    ("series", "reply.ok.ends", "nobody knows when it ends"),
    (
        "series",
        "reply.ok.made_at",
        "nobody knows when it was planned",
    ),
    (
        "review_outcome",
        "reply.ok.outcome",
        "what waits now says what came of it",
    ),
    (
        "review_outcome",
        "reply.ok.reason",
        "what waits now says what came of it",
    ),
    (
        "review_outcome",
        "reply.ok.reason.code",
        "what waits now says what came of it",
    ),
    (
        "review_outcome",
        "reply.ok.mutation",
        "what waits now says what came of it",
    ),
    (
        "review_needs",
        "reply.ok.outcome",
        "what waits now says what came of it",
    ),
    (
        "review_needs",
        "reply.ok.mutation",
        "what waits now says what came of it",
    ),
    (
        "review_needs",
        "reply.ok.left_out",
        "what waits now says what came of it",
    ),
    ("preview", "reply.ok.user", "nobody knows whose phone it is"),
    (
        "preview",
        "reply.ok.user.id",
        "nobody knows whose phone it is",
    ),
    (
        "preview",
        "reply.ok.from",
        "nobody knows of which days it is",
    ),
    (
        "preview",
        "reply.ok.until",
        "nobody knows of which days it is",
    ),
    (
        "preview",
        "reply.ok.files",
        "a wrong figure is worse than none",
    ),
    (
        "preview",
        "reply.ok.file_bytes",
        "a wrong figure is worse than none",
    ),
    (
        "preview",
        "reply.ok.files_budget",
        "a wrong figure is worse than none",
    ),
    (
        "preview",
        "reply.ok.earlier",
        "a wrong figure is worse than none",
    ),
    (
        "preview",
        "reply.ok.later",
        "a wrong figure is worse than none",
    ),
    ("phone_told", "phone", "the page looks anew"),
    ("device_report", "device", "it is nobody's report"),
    ("device_report", "user", "it is nobody's report"),
    (
        "device_report",
        "unsent",
        "a wrong count is worse than the last one",
    ),
    (
        "device_report",
        "files",
        "a wrong count is worse than the last one",
    ),
    (
        "device_report",
        "oldest",
        "the phone tells again with its next pass",
    ),
    (
        "device_report",
        "heard",
        "the phone tells again with its next pass",
    ),
    ("session_info", "reply.ok.user", "nobody has signed in"),
    ("session_info", "reply.ok.user.id", "nobody has signed in"),
    (
        "session_info",
        "reply.ok.company",
        "the user's company is unknown",
    ),
    (
        "session_info",
        "reply.ok.company.id",
        "the user's company is unknown",
    ),
    (
        "company_page",
        "reply.ok.version",
        "a change of a version that nobody has seen would be made",
    ),
    (
        "company_refused",
        "reply.ok.outcome",
        "nobody knows what became of it",
    ),
    (
        "assign_request",
        "id",
        "what was asked for before must not be done twice",
    ),
    (
        "acceptance_request",
        "id",
        "what was asked for before must not be done twice",
    ),
    (
        "notification_key",
        "reply.ok.key",
        "with another key the browser would wait for somebody else",
    ),
    (
        "notification_set",
        "reply.ok.outcome",
        "nobody knows what became of it",
    ),
    (
        "notification_refused",
        "reply.ok.outcome",
        "nobody knows what became of it",
    ),
    (
        "notifications",
        "reply.ok.subscriptions",
        "a device that is told would be shown as one that is not",
    ),
    ("sign_in_request", "email", "nobody is named"),
    ("sign_in_request", "password", "nobody is proven"),
    (
        "assign_request",
        "assignee",
        "it is one wish, and not half of it is done",
    ),
    (
        "assign_request",
        "base_rev",
        "a job that has moved on must not be given away",
    ),
    (
        "acceptance_request",
        "accept",
        "neither answer may be guessed",
    ),
    (
        "acceptance_request",
        "reason",
        "an answer without its reason is another one",
    ),
];
