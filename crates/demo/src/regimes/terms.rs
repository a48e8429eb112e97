//! What a liquidation costs: the same shares of the risk taken over in every regime.

use super::{board::Board, fault::Fault};
use ballast_interface::{account::Leg as Held, liquidation::RescueRules};
use ballast_margin::{
    book::{Leg, Snapshot},
    quote::{self, mark},
    units::{Fraction, Quote, STEPS},
};

/// The whole, in 2^-40.
const WHOLE: u128 = 1 << 40;

/// The day's rules of rescues, at one age of an auction.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What a liquidator is paid, as a share of the scan loss taken over.
    pub discount: Fraction,
    /// What the insurance is paid, as a share of the same.
    pub insurance: Fraction,
    /// How far from maintenance towards initial margin slices bring an account.
    pub target: Fraction,
    /// By which share tokens are sold below the index.
    pub token_discount: i64,
}

impl Terms {
    /// The rules so many seconds after an auction has begun.
    pub fn of(rules: &RescueRules, seconds: i64) -> Self {
        Self {
            discount: Fraction(rules.discount(seconds)),
            insurance: Fraction(rules.insurance),
            target: Fraction(rules.target),
            token_discount: rules.token_discount(seconds),
        }
    }

    /// The engine's terms.
    pub fn engine(&self) -> quote::Terms {
        let Self { discount, insurance, target, .. } = *self;
        quote::Terms { discount, insurance, target, small: Quote(0) }
    }

    /// What a liquidator and the insurance are paid for taking a risk over from a book of a value, all in 10^-10: no more
    /// than the book is worth, and the liquidator first.
    pub fn pay(&self, risk: Quote, value: Quote) -> (Quote, Quote) {
        let most = value.0.max(0);
        // 40 bits by 80 at most.
        let share = |of: Fraction| risk.0.max(0).saturating_mul(of.0.into()).div_euclid(WHOLE as i128);
        let pay = share(self.discount).min(most);
        let both = share(self.discount.plus(self.insurance)).min(most);
        (Quote(pay), Quote(both.saturating_sub(pay)))
    }

    /// What tokens that are worth so much are sold for, rounded up.
    pub fn token_price_up(&self, value: u64) -> u64 {
        let kept = WHOLE.saturating_sub(self.token_discount.max(0).unsigned_abs().into());
        // No more than the value.
        u128::from(value).saturating_mul(kept).div_ceil(WHOLE) as u64
    }
}

/// What a lot of a position changes hands at, in quote units, rounded in the favour of whoever is liquidated.
pub fn price(board: &mut Board, snapshot: &Snapshot, leg: &Leg, held: &Held) -> Result<u64, Fault> {
    let market = board.market(held.market)?;
    let exact = u128::from(mark(snapshot, leg)?.0).saturating_mul(market.lot.into());
    let steps = u128::from(market.unit).saturating_mul(STEPS.into()).max(1);
    let price = if held.quantity > 0 { exact.div_ceil(steps) } else { exact.div_euclid(steps) };
    u64::try_from(price).map_err(|_| Fault::TooLarge)
}
