//! The faults, and which of them a schedule knows (swarm: each seed draws its own mix).

/// A class of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Fault {
    /// A request never arrives.
    RequestLost,
    /// A request is carried out and its answer lost.
    ReplyLost,
    /// A request arrives once more, later.
    Duplicate,
    /// A request arrives after its sender has given up.
    Reorder,
    /// A request takes long.
    Delay,
    /// Nothing comes back for a while.
    OneWayCut,
    /// No network for a while.
    FullCut,
    /// A reply is cut in its middle.
    Truncated,
    /// A captive portal answers.
    WrongContent,
    /// A proxy answers with 5xx.
    BadGateway,
    /// The server asks to wait.
    TooMany,
    /// The session has ended.
    Unauthorized,
    /// The server dies before it commits.
    KilledBeforeCommit,
    /// The server dies after it has committed.
    KilledAfterCommit,
    /// The server's database is busy in the middle of a batch.
    DatabaseBusy,
    /// The server has no room left.
    ServerDiskFull,
    /// A batch is too large for somebody on the way.
    TooLarge,
    /// A tab is closed or killed.
    TabKill,
    /// The worker is stopped.
    WorkerKill,
    /// The power goes: what was not flushed is lost.
    PowerLoss,
    /// The phone has no room left.
    Quota,
    /// The browser drops the connection to its database.
    ConnectionLost,
    /// A tab is frozen and thawed.
    Freeze,
    /// A lock is leaked by a context that died.
    LeakedLock,
    /// The phone's clock jumps.
    ClockJump,
    /// The office reassigns, cancels or deletes what the phone works on.
    OfficeWrite,
    /// Another user signs in on the phone.
    UserChange,
    /// The server is restored from a backup: another data set.
    Restore,
    /// The browser throws everything of the app away.
    Eviction,
    /// The server is set back one version, and later forward again.
    VersionSkew,
    /// The server has forgotten what a cursor needs.
    CursorExpired,
    /// Another tab keeps the database from being opened.
    Blocked,
    /// A transaction is committed, and the connection lost before anybody hears of it.
    CommitUnheard,
    /// A newer server writes records that a phone reads only after its update.
    Unreadable,
    /// A line drops bodies above some size.
    SmallBodies,
    /// A line is slow.
    SlowLine,
    /// Somebody on the way does not let one text through.
    Filter,
    /// A row of the outbox can no longer be read.
    DamagedRow,
    /// A browser's profile is put back: the server has seen the device further on.
    PutBack,
    /// A browser lets go of a lock some time after its holder has.
    LateUnlock,
}

impl Fault {
    /// Every class.
    pub const ALL: [Self; 40] = [
        Self::RequestLost,
        Self::ReplyLost,
        Self::Duplicate,
        Self::Reorder,
        Self::Delay,
        Self::OneWayCut,
        Self::FullCut,
        Self::Truncated,
        Self::WrongContent,
        Self::BadGateway,
        Self::TooMany,
        Self::Unauthorized,
        Self::KilledBeforeCommit,
        Self::KilledAfterCommit,
        Self::DatabaseBusy,
        Self::ServerDiskFull,
        Self::TooLarge,
        Self::TabKill,
        Self::WorkerKill,
        Self::PowerLoss,
        Self::Quota,
        Self::ConnectionLost,
        Self::Freeze,
        Self::LeakedLock,
        Self::ClockJump,
        Self::OfficeWrite,
        Self::UserChange,
        Self::Restore,
        Self::Eviction,
        Self::VersionSkew,
        Self::CursorExpired,
        Self::Blocked,
        Self::CommitUnheard,
        Self::Unreadable,
        Self::SmallBodies,
        Self::SlowLine,
        Self::Filter,
        Self::DamagedRow,
        Self::PutBack,
        Self::LateUnlock,
    ];

    /// The ones that strike a single request, drawn for each.
    pub const OF_REQUESTS: [Self; 15] = [
        Self::RequestLost,
        Self::ReplyLost,
        Self::Duplicate,
        Self::Reorder,
        Self::Delay,
        Self::Truncated,
        Self::WrongContent,
        Self::BadGateway,
        Self::TooMany,
        Self::KilledBeforeCommit,
        Self::KilledAfterCommit,
        Self::DatabaseBusy,
        Self::ServerDiskFull,
        Self::TooLarge,
        Self::CursorExpired,
    ];
}

/// How often each class has struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultCounts([u64; Fault::ALL.len()]);

impl Default for FaultCounts {
    fn default() -> Self {
        Self([0; Fault::ALL.len()])
    }
}

impl FaultCounts {
    /// Counts one.
    pub fn add(&mut self, fault: Fault) {
        if let Some(count) = self.0.get_mut(fault as usize) {
            *count += 1;
        }
    }

    /// Adds another schedule's.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    /// Class and count, of every class.
    pub fn each(&self) -> impl Iterator<Item = (Fault, u64)> + '_ {
        Fault::ALL.into_iter().zip(self.0)
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}
