//! Bugs planted on purpose: one line of real code each, gone wrong.
//!
//! Owns the list of them and the switch. Without the feature `on` [`is_on`] is a constant `false`,
//! and nothing of a bug is left in what is built. `cargo xtask sim --planted` switches each on in
//! turn; the simulation must find every one of [`Bug::ALL`], and the tests of the picture those of
//! [`Bug::OF_THE_PICTURE`]. Must never decide anything in a product.

/// `planted!(Bug: good => bad)` is `good`, unless the bug is switched on.
#[macro_export]
macro_rules! planted {
    ($bug:ident: $good:expr => $bad:expr) => {
        if $crate::is_on($crate::Bug::$bug) {
            $bad
        } else {
            $good
        }
    };
}

macro_rules! bugs {
    (
        simulation: { $($(#[$doc:meta])* $bug:ident),+ $(,)? }
        rare: { $($(#[$of_rare:meta])* $rare:ident),+ $(,)? }
        picture: { $($(#[$of_picture:meta])* $in_picture:ident),+ $(,)? }
    ) => {
        /// A planted bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bug { $($(#[$doc])* $bug,)+ $($(#[$of_rare])* $rare,)+ $($(#[$of_picture])* $in_picture),+ }

        impl Bug {
            /// Every bug that the simulation must find.
            pub const ALL: &[Self] = &[$(Self::$bug),+];

            /// Bugs that few schedules meet, so that not every run of the tests hunts them: the simulation
            /// does when it is asked for them by name (seen with 2,370 seeds for `SilentStopsAll`, 4,387 for `TombstoneAsNothing`,
            /// 5,785 for `CursorUnchecked`, 7,072 for `VerdictResurrects`, 10,375 for `PlanOutlivesScope`; none of 12,000 shows
            /// `ReplacedStaysOpen`, which `server/tests/api/replaces.rs` is about). Those of the engine have tests
            /// of its plans besides.
            pub const RARE: &[Self] = &[$(Self::$rare),+];

            /// Every bug that the tests of the picture must find: the simulation draws none.
            pub const OF_THE_PICTURE: &[Self] = &[$(Self::$in_picture),+];
        }
    };
}

bugs! {
    simulation: {
    /// An entry leaves the outbox when it is sent, not when its verdict is there.
    DeleteBeforeVerdict,
    /// A failure on the way is taken for a refusal.
    ParkOnFailure,
    /// Each attempt has an idempotency key of its own.
    KeyPerAttempt,
    /// A lock that a browser has leaked is waited for until the end of days.
    NeverStealLease,
    /// Whoever gets the lock takes the lease from one who is at it without.
    TakenFromLockless,
    /// Who takes over from a dead holder does not tell of what that may have written.
    SilentTakeover,
    /// A pass that the database broke off does not tell of what it may have written.
    SilentBreakOff,
    /// A holder that has lost its lease goes on writing.
    StaleLeaseWrites,
    /// What a dead holder had on the wire is never taken back.
    NoTakeBack,
    /// What is older than a day is thrown away unsent.
    ExpiryDeletes,
    /// The work of whoever was there before is sent under the new session.
    WrongUserReplay,
    /// A child goes although its parent was refused.
    ChildAfterFailedParent,
    /// A refusal does not hold its record's later changes.
    LaneForgotten,
    /// A batch is not in the order of the device.
    BatchOutOfOrder,
    /// What the server asked to wait is not waited.
    RetryAfterIgnored,
    /// Signing in again does not wake the outbox.
    SignInSticks,
    /// Another user finds the cache of the one before.
    OwnerUnchecked,
    /// **Revert changes** takes what was not shown.
    RevertUnseen,
    /// The cursor is written in a transaction before its page.
    CursorBeforeApply,
    /// An older copy of a record overwrites a newer one.
    RevGoesBack,
    /// What unsent work refers to is taken away.
    PinsIgnored,
    /// A new generation never takes over.
    NeverTakesOver,
    /// A new generation leaves behind what unsent work refers to.
    CarryNothing,
    /// An edit is joined with that of another job.
    CoalesceAcrossJobs,
    /// An edit overwrites whatever it finds.
    MergeIgnoresBase,
    /// The last to arrive wins, whenever it was made.
    LastArrivalWins,
    /// Two changes met, and nobody is told.
    ConflictNotLogged,
    /// An unsent edit is not on the screen.
    FoldForgetsEdit,
    /// A job's completion does not wait for what was done there before.
    CompleteEarly,
    /// An edit is joined with one that is on the wire.
    CoalesceInFlight,
    /// A sequence number is given out twice.
    ReuseSeq,
    /// What was acknowledged is not kept for a restored backup.
    KeepNothing,
    /// What the server did not look at is taken for done.
    DropUndecided,
    /// After a restored backup what was kept is thrown away instead of sent.
    ForgetKept,
    /// What waited for a refused change is lost when that is sent again.
    LoseFollowers,
    /// What waits for two refused changes follows only one of them when that is sent again.
    FollowOneRoot,
    /// A refused change is sent again under the id that has its verdict.
    ResendSameId,
    /// Another data set on the server is not noticed.
    BlindToEpoch,
    /// A change that cannot be read moves the cursor and is forgotten.
    UnreadForgotten,
    /// A record whose newest copy cannot be read loses its old copy with the next generation.
    UnreadDropsCopy,
    /// After an update that reads more, what could not be read before is not fetched again.
    NeverReadAgain,
    /// A file is registered whether its bytes are there or not.
    RegisterUnchecked,
    /// What was sent is taken back all the same.
    UndoAfterSend,
    /// Nobody makes a pass when the network is there again.
    OnlineIgnored,
    /// What may be taken back is never let go.
    HoldNeverEnds,
    /// The server does not store its verdict.
    VerdictNotStored,
    /// Effect and verdict are two transactions.
    VerdictAfterCommit,
    /// A verdict is answered whether its commit succeeded or not.
    CommitUnchecked,
    /// Housekeeping forgets decided mutations by their age alone.
    TimeOnlyPrune,
    /// A refusal is not stored.
    RejectionForgotten,
    /// What depends on a refused mutation is decided all the same.
    DependencyUnchecked,
    /// A refusal holds the rest of its batch, not only its lane.
    HoldOtherLanes,
    /// A refusal does not hold its lane.
    LaneNotHeld,
    /// A mutation that comes again is judged again.
    RepeatJudgedAnew,
    /// What is sent instead of a refused mutation is taken for done.
    ReplacedTakenForDone,
    /// The rights are those of the sign-in, not those of now.
    StaleUser,
    /// A change is judged with the rights that its user had when it was saved.
    JudgedWithRightsOfSaving,
    /// A change that was refused for a right does not go when the right is given back.
    GrantDoesNotRelease,
    /// A refusal that was decided stands in no log.
    RefusalNotLogged,
    /// The data set that a phone knows is not compared.
    EpochUnchecked,
    /// A revision stays as it was.
    RevisionNotRaised,
    /// Who changed a field, and when, is not kept.
    StampNotSet,
    /// Two jobs get one number.
    NumberGivenTwice,
    /// Nobody is told that a job has left them.
    DepartureNotNoted,
    /// A round of pull begins one change number too far.
    CursorSkips,
    /// A record that left the scope is sent.
    PullOutOfScope,
    /// What a line does not carry is sent as large again and again.
    NeverSmaller,
    /// One change that somebody on the way does not let through stops all others.
    StoppedStopsAll,
    /// One that waits by itself is never tried again.
    StoppedForEver,
    /// What belongs behind one that waits by itself overtakes it.
    AsideForgotten,
    /// A slow request costs its waiter the lease.
    NoHeartbeat,
    /// A change is dated by the clock on the wall, whoever has set it since the server was heard of.
    DatedByWall,
    /// What is shown grows old by the clock on the wall.
    ExpiryByWall,
    /// A phone's calculation is believed.
    CalculationBelieved,
    /// A job that was followed up is followed up anew, over what has become of the first.
    FollowedUpAgain,
    /// A task's completion does not wait for its form.
    TaskDoneEarly,
    /// An entry that cannot be read is not counted as unsent.
    DamagedNotCounted,
    /// A change whose place in the order was given away waits for its user.
    PlaceNotRenewed,
    /// What a board hears while it loads the day is overwritten by the answer.
    HeardOverwritten,
    /// A board's last event is taken for one of this data set, whatever its number.
    LastEventBelieved,
    /// A board is told only of what has an activity.
    SilentChangesUntold,
    /// A file is taken for received when some of it is.
    ReceivedTooEarly,
    /// A file that was refused once is never tried again.
    RefusedForEver,
    /// A piece of a file is counted before it is on the server's disk.
    CountedBeforeDurable,
    /// Whether what has arrived of a file is what was registered is not looked at.
    HashUnchecked,
    /// A phone goes on with a file from where it remembers to be.
    OffsetTrusted,
    /// A file gives way before the server has it.
    DroppedUnconfirmed,
    /// Text waits until all files are sent.
    TextStarved,
    /// What was made here is off the screen from its verdict to the next pull.
    MadeLeavesWithEntry,
    /// What is sent from a rescue file has other ids than on its phone.
    RescueRenewsIds,
    /// The changes of a rescue file go in another order than on their phone.
    RescueOutOfOrder,
    /// What the server has not decided of a rescue file is taken for done.
    RescueTakesForDone,
    /// The photos of a rescue file are taken for arrived before any of their bytes were sent.
    RescueDropsPhotos,
    /// What is in a rescue file is joined with later edits, and taken back, as if it had not left the phone.
    RescueUnmarked,
    /// Where a phone is to hold more or less, what it holds goes before the rest has come.
    ModeSwitchDropsOutboxRecords,
    /// A phone that does not hold all keeps one record instead of the last ten.
    HybridForgetsRecent,
    /// What the company has set since is not taken over with a pull.
    SettingsUnheard,
    /// With what the company has set since, what was not sent is forgotten.
    SettingsForgetUnsent,
    /// A job is finished with required questions open, whatever the company says of that.
    RuleUnchecked,
    /// What came too late is said to be received, and is kept nowhere.
    ReviewNotKept,
    /// What comes behind something that waits for the office is done before it.
    ReviewOvertaken,
    /// What is accepted is accepted again when somebody asks a second time.
    AcceptedTwice,
    /// Of what the office has decided its phone does not hear.
    DecisionUnheard,
    /// What waited for the office is not sent again to a restored backup.
    ReviewOfOtherData,
    /// What the office has decided waits on its phone for something that was declined.
    AskedHeld,
    /// A photo that came too late is accepted without its record.
    ReviewDropsFile,
    /// What the office has left out of what it accepts is done all the same.
    LeftOutApplied,
    /// What a revoked device sends is answered as kept for the office, and kept nowhere.
    RevokedWorkVanishes,
    /// What a revoked device sends is done without the office.
    RevokedApplied,
    /// What was refused for open questions does not go when the company does not ask for them any more.
    RelaxedRuleHolds,
    /// What was refused is not counted in a phone's report.
    ReportHidesRefused,
    /// What a report counts by job are changes alone.
    JobForgetsFiles,
    /// A report that comes late overwrites a newer one.
    LateReportTaken,
    }
    rare: {
    /// What another mutation was sent instead of may still have an effect.
    ReplacedStaysOpen,
    /// What hangs on a refused change whose row is damaged stops all that is behind it.
    SilentStopsAll,
    /// What waits for one that waits by itself is overtaken by later changes of its own record.
    DependantOvertaken,
    /// What was sent behind something that was declined does not ask what became of it.
    BehindDeclinedUnasked,
    /// What came too late for its place is sent anew by itself, over what was done after it.
    OvertakenSentAnew,
    /// When a refused change is sent again, later changes of a record whose earlier one follows stay behind.
    FollowersOvertaken,
    /// What left the scope while work referred to it stays for ever.
    LeavingForgotten,
    /// A verdict brings back what has gone.
    VerdictResurrects,
    /// What a verdict has added stays, though the pull that follows does not know it.
    UnconfirmedStays,
    /// Which records a verdict has added is forgotten with the next page.
    UnconfirmedForgotten,
    /// A verdict of another data set is written to the cache.
    RefreshAnyEpoch,
    /// A copy that is carried into a new generation keeps the revision that it had in another data set.
    CarriedKeepsRevision,
    /// A page is written although another context has moved the cursor.
    CursorUnchecked,
    /// The plan of a round is used although something has left the scope since.
    PlanOutlivesScope,
    /// A deleted record is not named.
    TombstoneAsNothing,
    }
    picture: {
    /// A read that began before a save ended is taken.
    StaleReadTaken,
    /// What was saved here is not taken into the picture.
    OwnSaveNotTaken,
    /// Which entries a refused one holds is not looked at again.
    HeldAsBefore,
    /// A record is shown without its unsent changes.
    BaseAlone,
    /// What refers to a changed record is not drawn again.
    ReferrersNotStamped,
    }
}

#[cfg(feature = "on")]
thread_local! {
    static ON: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Switches one bug on in this thread, or all off.
#[cfg(feature = "on")]
pub fn switch(bug: Option<Bug>) {
    ON.with(|on| on.set(bug));
}

/// Whether a bug is switched on in this thread.
#[cfg(feature = "on")]
#[must_use]
pub fn is_on(bug: Bug) -> bool {
    ON.with(|on| on.get() == Some(bug))
}

/// No bug is on.
#[cfg(not(feature = "on"))]
#[inline(always)]
#[must_use]
pub const fn is_on(_: Bug) -> bool {
    false
}
