//! What a feed's state allows: one table, for every program and every client.

/// How far a feed can be relied on.
#[repr(u8)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedState {
    /// Fresh, narrow, and near its own average.
    #[default]
    Good = 0,
    /// Price or surface is older than the market allows.
    Stale = 1,
    /// The confidence interval is wider than the market allows.
    Wide = 2,
    /// Further from its own average than the market's band.
    Far = 3,
    /// No price that means anything.
    Unusable = 4,
}

/// What somebody wants to do.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open, or withdraw: anything that can lower health.
    Increase = 0,
    /// Deposit collateral that the feed prices.
    Deposit = 1,
    /// Reduce a position, or repay.
    Reduce = 2,
    /// Liquidate.
    Liquidate = 3,
    /// Accrue funding, or sample a settlement price.
    Accrue = 4,
}

/// What the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Yes.
    Yes,
    /// Yes, but markets do not offset each other.
    OffsetsOff,
    /// Not before so many more seconds.
    Wait(i64),
    /// No.
    No,
}

impl Permit {
    /// Whether it may be done now.
    pub const fn is_given(self) -> bool {
        matches!(self, Self::Yes | Self::OffsetsOff)
    }
}

/// The table: what a state that has lasted for `seconds` allows.
///
/// `wide_grace` is how long liquidation waits for a wide feed to narrow, `far_pause` how long it waits for a price
/// far from its average to come back; both are the market's own.
pub fn permit(state: FeedState, action: Action, seconds: i64, wide_grace: u32, far_pause: u32) -> Permit {
    use {Action as A, FeedState as S};
    match (state, action) {
        (S::Good, _) => Permit::Yes,
        (S::Unusable, A::Reduce) => Permit::Yes,
        (S::Unusable, _) => Permit::No,
        (_, A::Increase | A::Accrue) => Permit::No,
        (_, A::Deposit | A::Reduce) => Permit::Yes,
        (S::Stale, A::Liquidate) => Permit::OffsetsOff,
        (S::Wide, A::Liquidate) => after(wide_grace, seconds),
        (S::Far, A::Liquidate) => after(far_pause, seconds),
    }
}

/// Offsets off after a wait.
fn after(wait: u32, seconds: i64) -> Permit {
    let left = i64::from(wait).saturating_sub(seconds.max(0));
    if left > 0 {
        Permit::Wait(left)
    } else {
        Permit::OffsetsOff
    }
}

impl FeedState {
    /// All actions that the state allows now, one bit each.
    pub fn permitted(self, seconds: i64, wide_grace: u32, far_pause: u32) -> u8 {
        let actions = [Action::Increase, Action::Deposit, Action::Reduce, Action::Liquidate, Action::Accrue];
        let given = |action: Action| permit(self, action, seconds, wide_grace, far_pause).is_given();
        actions.into_iter().fold(0, |bits, action| bits | u8::from(given(action)).wrapping_shl(action as u32))
    }
}

impl Action {
    /// Every action's bit.
    pub const ALL: u8 = 0b1_1111;

    /// Whether the action's bit is set.
    pub const fn is_in(self, permitted: u8) -> bool {
        permitted.wrapping_shr(self as u32) & 1 != 0
    }
}
