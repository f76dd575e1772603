//! Who asks, and what can be asked.

/// Who asks. The job that is asked about is Anna's.
pub(super) const WHO: [&str; 8] = [
    "its technician",
    "a technician",
    "a dispatcher",
    "an admin",
    "nobody",
    "a disabled user",
    "a technician elsewhere",
    "a dispatcher elsewhere",
];

pub(super) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What is asked, and what each of [`WHO`] is answered: the status, of a push also the verdict.
pub(super) struct Row {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) asks: Asks,
    pub(super) answers: [&'static str; 8],
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Asks {
    /// The path alone.
    Plain,
    /// With this behind the path.
    Query(&'static str),
    /// For what belongs to Anna's phone.
    OfAnna,
    SignIn,
    /// A note for Anna's job, for nobody's, for one that is not there.
    NoteOfAnna,
    NoteOfNobody,
    NoteNowhere,
    /// A note that says that Anna made it.
    AsAnna,
    /// A note of Anna's, brought in for her; one of Ada's; for somebody without a readable id.
    BringAnna,
    BringAda,
    BringUnreadable,
    /// To give Anna's job to Ben; to somebody of another company; to do so with a job that is not there.
    Assign,
    AssignElsewhere,
    AssignNowhere,
    /// Everything of Anna's job; of one that is not there; of one without a readable id.
    Job,
    JobNowhere,
    JobUnreadable,
    /// A title for Anna's job; for one that is not there; for another job than that of the address.
    Change,
    ChangeNowhere,
    ChangeOfAnother,
    /// A new job: one's own, and one for nobody yet.
    MakeJob,
    PlanJob,
    /// A new job for a customer who is made with it.
    PlanForNew,
    /// A customer of Nordhaus's; one that is not there; one without a readable id; another number for the first; for
    /// one that is not there; for another than that of the address.
    Customer,
    CustomerNowhere,
    CustomerUnreadable,
    EditCustomer,
    EditCustomerNowhere,
    EditAnotherCustomer,
    /// A new series; one that is there; one that is not there; one without a readable id; to end the first, the second,
    /// and the first on a day that is none.
    BeginSeries,
    Series,
    SeriesNowhere,
    SeriesUnreadable,
    EndSeries,
    EndSeriesNowhere,
    EndSeriesUnreadable,
    /// A form of Nordhaus's; one that is not there; one without a readable id; a new one; one of another that is not there;
    /// a workbook.
    Form,
    FormNowhere,
    FormUnreadable,
    MakeForm,
    MakeVersionOfNothing,
    Workbook,
    /// A place of a customer of Nordhaus's; one that is not there; how to get into the first; into one that is not there;
    /// what the office does not keep so.
    Place,
    PlaceNowhere,
    EditPlace,
    EditPlaceNowhere,
    NoSuchKind,
    /// A file of customers, with this behind the path.
    ImportFile(&'static str),
    /// A file for Anna's job; for one that is not there; the bytes of one that Dora has registered for Anna's job.
    AttachFile,
    AttachNowhere,
    FileOfOffice,
    BytesOfOffice,
    /// What became of work of Anna's that came too late: there is none.
    DecideReview,
    /// To accept Anna's job; one that is not there; one without a readable id.
    Accept,
    AcceptNowhere,
    AcceptUnreadable,
    /// The bytes of a file that Anna has registered for her job: to begin, how far they are, some more, all of them.
    BeginFile,
    FileOffset,
    FileBytes,
    File,
    FileNowhere,
    /// The same, brought in for her.
    BeginOfAnna,
    OffsetOfAnna,
    BytesOfAnna,
    /// Settings of the company that are allowed; that are not; of a version that never stood.
    Settings,
    SettingsFlawed,
    SettingsOfAnother,
    /// To take a right; to add somebody; another name for Anna, for somebody of Harbor's, for nobody; a link that is none.
    TakeRight,
    AddPerson,
    RenameAnna,
    RenameTom,
    RenameNobody,
    WrongLink,
    /// What Anna's phone would hold; that of nobody.
    PreviewOfAnna,
    PreviewOfNobody,
    /// What stands on a device of one's own alone, and on one of Anna's.
    Report,
    ReportOfAnna,
    /// To be told on a device; on one to which the server does not write; no more.
    Notify,
    NotifyElsewhere,
    NotifyNoMore,
}
