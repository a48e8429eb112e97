//! What a refusal means.

use ballast_client::{Error, Refusal};

/// What became of a try, as far as the next one is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was executed.
    Done,
    /// It was only told.
    Dry,
    /// Somebody was first, or it is no longer needed.
    Superseded,
    /// Nobody answered, or it came too late: that says nothing of the target.
    Passing,
    /// It was sent, and may be executed yet.
    Open,
    /// It was refused.
    Failed,
}

/// Refusals by which a program says that something has been done meanwhile.
const OVERTAKEN: &[&str] = &[
    // The account has changed since it was read.
    "SequenceChanged",
    // There is no auction any more, or not yet: Anchor's names.
    "AccountNotInitialized",
    "AccountOwnedByWrongProgram",
    // Nothing is left to rescue, to take, to pay or to settle.
    "Healthy",
    "AboveTarget",
    "NothingOwed",
    "NothingToSettle",
    "NotUnderLiquidation",
    // Somebody made this hop.
    "HopOutOfOrder",
    // Fees have come in since they were taken in, or that is too long ago: the next plan takes them in again.
    "FeesWaiting",
    // Somebody refreshed, froze, listed or executed it.
    "PriceOlder",
    "SettlementFrozen",
    "ExpiryListed",
    "TriggerMissing",
    "OrderFilled",
];

/// What an error means, and a word for it.
pub fn judge(error: &Error) -> (Verdict, String) {
    let Error::Refused(refusal) = error else {
        let word = match error {
            Error::Node(_) => "node",
            Error::Rpc(_) => "rpc",
            Error::Unconfirmed { .. } => "unconfirmed",
            Error::Expired(_) => "expired",
            Error::TooLarge(_) => "too_large",
            _ => "unbuildable",
        };
        let verdict = match error {
            Error::Unconfirmed { .. } => Verdict::Open,
            error if error.is_passing() => Verdict::Passing,
            _ => Verdict::Failed,
        };
        return (verdict, word.into());
    };
    if begun(refusal) {
        return (Verdict::Superseded, "begun".into());
    }
    let name = refusal.name.clone().unwrap_or_else(|| "runtime".into());
    let overtaken = OVERTAKEN.contains(&&name[..]);
    (if overtaken { Verdict::Superseded } else { Verdict::Failed }, name)
}

/// Whether the system program refuses to create what is there: somebody else has begun.
fn begun(refusal: &Refusal) -> bool {
    refusal.code == Some(0) && refusal.logs.iter().any(|line| line.contains("already in use"))
}
