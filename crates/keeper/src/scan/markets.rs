//! The markets that a scan knows, and what an account depends on.

use super::Unfit;
use ballast_interface::{
    account::{MarginAccount, Market, MarketDate, MAX_COLLATERAL, MAX_MARKETS},
    risk::{FeedState, MarketRisk, SETTLEMENT_SECONDS},
    Fixed64,
};
use std::collections::BTreeMap;

/// One market, as far as it is known.
#[derive(Default)]
pub(super) struct Known {
    pub market: Option<Market>,
    pub risk: Option<MarketRisk>,
    /// How the risk looked at the last scan.
    phase: Option<Phase>,
}

/// What changes in a market's risk by the passing of time alone, all at once.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Phase {
    state: FeedState,
    permitted: u8,
    attested: bool,
    /// Bits of the dates whose surface is stale, that are in their settlement window, and that nothing is open of.
    stale: u16,
    settling: u16,
    over: u16,
}

impl Phase {
    fn of(risk: &MarketRisk, now: i64) -> Self {
        let (mut stale, mut settling, mut over) = (0, 0, 0);
        for (place, date) in risk.dates().iter().enumerate() {
            stale |= u16::from(now > date.valid_until) << place;
            settling |= u16::from(date.expiry - now < SETTLEMENT_SECONDS) << place;
            over |= u16::from(date.open_seconds(now) == 0) << place;
        }
        Self {
            state: risk.price_state(now).0,
            permitted: risk.price.permitted(&risk.rules, now),
            attested: now < risk.attested.until,
            stale,
            settling,
            over,
        }
    }
}

/// All markets, by number.
#[derive(Default)]
pub(super) struct Markets {
    known: BTreeMap<u16, Known>,
}

impl Markets {
    /// A market, to be filled in.
    pub fn entry(&mut self, number: u16) -> &mut Known {
        self.known.entry(number).or_default()
    }

    /// A market by its number.
    pub fn get(&self, number: u16) -> Option<&Known> {
        self.known.get(&number)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &Known)> {
        self.known.iter().map(|(number, known)| (*number, known))
    }

    /// The risk of a market.
    pub fn risk(&self, number: u16) -> Option<&MarketRisk> {
        self.known.get(&number)?.risk.as_ref()
    }

    /// Bits of the markets that look otherwise than at the last scan.
    pub fn turned(&mut self, now: i64) -> u64 {
        let mut turned = 0;
        for (number, known) in &mut self.known {
            let phase = known.risk.as_ref().map(|risk| Phase::of(risk, now));
            if known.phase != phase {
                turned |= bit(*number);
                known.phase = phase;
            }
        }
        turned
    }

    /// Bits of the markets that an account depends on, but for the quote token's.
    pub fn needed(&self, account: &MarginAccount) -> u64 {
        let mut bits = 0;
        for book in account.markets.iter().filter(|book| book.market != 0) {
            bits |= bit(book.market);
        }
        for number in self.of_tokens(account) {
            bits |= bit(number);
        }
        bits
    }

    /// Markets that price an account's tokens, and those that move them.
    fn of_tokens<'a>(&'a self, account: &'a MarginAccount) -> impl Iterator<Item = u16> + 'a {
        let tokens = account.collateral.iter().filter(|token| token.bank != 0);
        tokens.flat_map(|token| {
            let moves_like = self.risk(token.market).map_or(0, |risk| risk.rules.moves_like);
            [token.market, moves_like].into_iter().filter(|number| *number != 0)
        })
    }

    /// The risks that an assessment of an account needs, by rising number: of its positions, of what prices and what moves
    /// its tokens, and of the quote token. They are put into an empty list.
    pub fn give<'a>(
        &'a self,
        account: &MarginAccount,
        peg: u16,
        given: &mut Vec<&'a MarketRisk>,
    ) -> Result<(), Unfit> {
        let held = account.markets.iter().filter(|book| book.legs > 0).map(|book| book.market);
        for number in held.chain((peg != 0).then_some(peg)) {
            let risk = self.give_one(number, given)?;
            if risk.price.index == 0 {
                return Err(Unfit::PriceMissing(number));
            }
        }
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            let moves_like = self.give_one(token.market, given)?.rules.moves_like;
            if moves_like != 0 {
                self.give_one(moves_like, given)?;
            }
        }
        Ok(())
    }

    /// Puts a market's risk where it belongs, if it is not there.
    fn give_one<'a>(&'a self, number: u16, given: &mut Vec<&'a MarketRisk>) -> Result<&'a MarketRisk, Unfit> {
        let place = given.iter().take_while(|risk| risk.market < number).count();
        if let Some(known) = given.get(place).filter(|risk| risk.market == number) {
            return Ok(known);
        }
        let risk = self.risk(number).ok_or(Unfit::RiskUnknown(number))?;
        if risk.version != MarketRisk::VERSION {
            return Err(Unfit::VersionUnknown);
        }
        given.insert(place, risk);
        Ok(risk)
    }
}

/// Most markets that an assessment needs: of positions, of tokens and what they move like, and of the quote token.
pub(super) const MAX_GIVEN: usize = MAX_MARKETS + 2 * MAX_COLLATERAL + 1;

/// The bit that stands for a market, and for every sixty-fourth one after it.
pub(super) const fn bit(number: u16) -> u64 {
    1 << (number % 64)
}

/// Whether two states of a market differ by more than what every trade changes: counts of what others hold, the pool,
/// which health does not depend on, and funding, which every scan counts by itself.
pub(super) fn differ(one: &Market, two: &Market) -> bool {
    bytemuck::bytes_of(&lasting(one)) != bytemuck::bytes_of(&lasting(two))
}

/// A market without all that.
fn lasting(market: &Market) -> Market {
    let mut market = *market;
    (market.open_interest, market.perp_open_interest) = (0, 0);
    (market.unpaid, market.owed, market.cut, market.pool) = (0, 0, 0, 0);
    (market.funding_index, market.funding_at, market.marked_at) = (Fixed64::default(), 0, 0);
    for date in &mut market.dates {
        *date = MarketDate { open_interest: 0, legs: 0, ..*date };
    }
    market
}
