//! A deal between two accounts: whatever agreed to it, the same happens to positions, cash, fees and pools.

use crate::{
    books,
    errors::AccountError,
    gate::{copy_of, Change, Gate},
    given::{Given, Markets, Risks},
    ledger::Ledger,
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{
        pause, token_value_up, Bank, Effect, Flow, Group, Instrument, Kind, MarginAccount, Market, RescuePay,
        TradeLeg, Venue, MAX_ORDER_LEGS,
    },
    risk::Model,
};
use std::cell::Ref;

/// Furthest that an option's strike may be from the index when a position becomes larger: a thousand times. The engine
/// stops at e^24, and prices move.
const FURTHEST_STRIKE: u64 = 1_000;
/// Tokens trade within an eighth of the index.
const SPOT_BAND: u128 = 8;

/// Two accounts that trade.
pub struct Parties<'a, 'info> {
    /// Group of both.
    pub group: &'a AccountLoader<'info, Group>,
    /// Whose lots the legs count.
    pub first: &'a AccountLoader<'info, MarginAccount>,
    /// Who takes the other side.
    pub second: &'a AccountLoader<'info, MarginAccount>,
    /// Markets, banks and risks.
    pub given: &'a Given<'a, 'info>,
    /// Unix time.
    pub now: i64,
}

/// What they trade.
pub struct Deal<'a> {
    /// Legs.
    pub legs: &'a [TradeLeg],
    /// What each pays beside, in quote units; below zero it gets something.
    pub fees: [i64; 2],
    /// Whether each may only make positions smaller.
    pub reduce_only: [bool; 2],
    /// Whether somebody agreed for each who is only trusted with that.
    pub entrusted: [bool; 2],
}

/// Fees of a deal, in quote units, by whose they are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Fees {
    /// The group's own.
    pub group: u64,
    /// The insurance's.
    pub insurance: u64,
    /// The venue's.
    pub venue: u64,
}

/// What is left to be judged of a deal.
struct Dealt {
    flows: [Flow; 2],
    before: [Box<MarginAccount>; 2],
    reduced: [bool; 2],
}

impl<'info> Parties<'_, 'info> {
    /// Makes a deal, and lets both accounts pass the gate.
    #[inline(never)]
    pub fn deal(&self, deal: &Deal, model: &AccountLoader<'info, Model>) -> Result<[Flow; 2]> {
        let risks = self.given.risks(&self.group.key())?;
        let mut dealt = self.apply(deal, Some(&risks))?;
        let gate = Gate { group: self.group, model, risks: &risks, now: self.now };
        let sides = [self.first, self.second].into_iter().zip(&mut dealt.before);
        for ((account, before), (reduced, entrusted)) in
            sides.zip(dealt.reduced.into_iter().zip(deal.entrusted))
        {
            gate.pass(account, Change { before: Some(before), reduced, stop: pause::INCREASE, entrusted })?;
        }
        Ok(dealt.flows)
    }

    /// Hands legs of the first to the second, and what is paid beside them to the second and to the insurance; the
    /// liquidation program answers for it.
    #[inline(never)]
    pub fn rescue(&self, legs: &[TradeLeg], pay: &RescuePay, reduce_only: bool) -> Result<[Flow; 2]> {
        let insurance = books::signed(pay.insurance)?;
        let paid = pay.taker.checked_add(insurance).ok_or(AccountError::NumberTooLarge)?;
        let got = pay.taker.checked_neg().ok_or(AccountError::NumberTooLarge)?;
        let reduce_only = [false, reduce_only];
        let deal = Deal { legs, fees: [paid, got], reduce_only, entrusted: [false; 2] };
        let flows = self.apply(&deal, None)?.flows;
        self.take_fees(&Fees { insurance: pay.insurance, ..Fees::default() }, None)?;
        Ok(flows)
    }

    /// Changes both books. With risks, prices and strikes must be near the index, and instruments open.
    #[inline(never)]
    fn apply(&self, deal: &Deal, risks: Option<&Risks>) -> Result<Dealt> {
        require!((1..=MAX_ORDER_LEGS).contains(&deal.legs.len()), AccountError::NothingTraded);
        require_keys_neq!(self.first.key(), self.second.key(), AccountError::SelfTrade);
        let key = self.group.key();
        let group = &mut Ledger::of(self.group, self.now)?;
        group.invariant()?;
        let (first, second) = (&mut *self.first.load_mut()?, &mut *self.second.load_mut()?);
        let mut markets = self.given.markets(&key)?;
        let banks = self.given.banks(&key)?;
        if let Some(risks) = risks {
            books::accrue(&mut markets, risks, self.now)?;
        }
        let mut flows = [
            self.open(first, self.first.key(), group, &mut markets)?,
            self.open(second, self.second.key(), group, &mut markets)?,
        ];
        let before = [copy_of(first), copy_of(second)];
        let mut books = Books {
            sides: [first, second],
            markets,
            banks,
            flows: &mut flows,
            reduced: [true; 2],
            quote_decimals: group.quote_decimals,
        };
        for leg in deal.legs {
            books.leg(leg, risks, self.now)?;
        }
        books.pay(deal.fees)?;
        books.settle(group)?;
        books.close(group)?;
        let reduced = books.reduced;
        // Selling tokens makes no position smaller.
        let spot = deal.legs.iter().any(|leg| leg.kind == Kind::Spot as u8);
        for (reduced, only) in reduced.into_iter().zip(deal.reduce_only) {
            require!(reduced && !spot || !only, AccountError::OrderReduceOnly);
        }
        for ((before, after), reduced) in before.iter().zip(&flows).zip(reduced) {
            // A smaller position is never refused for want of money to lend.
            if risks.is_some() && !reduced {
                group.require_lendable(before.cash, after.cash)?;
            }
        }
        Ok(Dealt { flows, before, reduced })
    }

    /// Takes fees that left the parties' cash, for whoever they are: at once where the transaction writes group and venue,
    /// else into the first market that is given, where they wait.
    #[inline(never)]
    pub fn take_fees(&self, fees: &Fees, venue: Option<&AccountLoader<'info, Venue>>) -> Result<()> {
        let add = |sum: u64, more: u64| sum.checked_add(more).ok_or(AccountError::NumberTooLarge);
        let mut rest = *fees;
        if self.group.as_ref().is_writable {
            let mut ledger = Ledger::of(self.group, self.now)?;
            let group = ledger.written()?;
            group.fees = add(group.fees, fees.group)?;
            group.insurance = add(group.insurance, fees.insurance)?;
            (rest.group, rest.insurance) = (0, 0);
            if let Some(venue) = venue.filter(|venue| venue.as_ref().is_writable) {
                let venue = &mut venue.load_mut()?;
                group.venue_fees = add(group.venue_fees, fees.venue)?;
                venue.fees = add(venue.fees, fees.venue)?;
                rest.venue = 0;
            }
            // The parties' cash is counted by now, and what waits is not.
            ledger.count(0, rest.venue)?;
        }
        if rest == Fees::default() {
            return Ok(());
        }
        let mut markets = self.given.markets(&self.group.key())?;
        let waiting = &mut markets.first_mut().ok_or(AccountError::FeesUnplaced)?.waiting;
        waiting.fees = add(waiting.fees, rest.group)?;
        waiting.insurance = add(waiting.insurance, rest.insurance)?;
        if let (Some(venue), true) = (venue, rest.venue > 0) {
            waiting.add(venue.load()?.venue, rest.venue)?;
        }
        Ok(())
    }

    fn open(
        &self,
        account: &mut MarginAccount,
        address: Pubkey,
        group: &mut Ledger,
        markets: &mut Markets,
    ) -> Result<Flow> {
        require_keys_eq!(account.group, self.group.key(), AccountError::WrongGroup);
        books::require_known_markets(account, markets)?;
        books::open(account, address, group, markets, self.now)
    }
}

/// Both books and everything that they trade in.
struct Books<'a, 'b> {
    sides: [&'a mut MarginAccount; 2],
    markets: Markets<'b>,
    banks: Vec<Ref<'b, Bank>>,
    flows: &'a mut [Flow; 2],
    reduced: [bool; 2],
    quote_decimals: u8,
}

impl Books<'_, '_> {
    /// Trades one leg: what the first buys, the second sells.
    #[inline(never)]
    fn leg(&mut self, leg: &TradeLeg, risks: Option<&Risks>, now: i64) -> Result<()> {
        let kind = leg.instrument().kind()?;
        let effects = if kind == Kind::Spot {
            self.spot(leg, risks, now)?
        } else {
            self.derivative(leg, kind, risks, now)?
        };
        for ((effect, flow), reduced) in effects.iter().zip(self.flows.iter_mut()).zip(&mut self.reduced) {
            *reduced &= effect.reduced;
            flow.paid = flow.paid.checked_add(effect.paid).ok_or(AccountError::NumberTooLarge)?;
            if effect.realised != 0 {
                let flow = flow.market(leg.number);
                flow.realised =
                    flow.realised.checked_add(effect.realised).ok_or(AccountError::NumberTooLarge)?;
            }
        }
        Ok(())
    }

    /// Tokens change hands only near a good price: at any other they would be given away, past all meters.
    fn spot(&mut self, leg: &TradeLeg, risks: Option<&Risks>, now: i64) -> Result<[Effect; 2]> {
        let bank =
            self.banks.iter().find(|bank| bank.bank == leg.number).ok_or(AccountError::MarketMissing)?;
        require!(bank.lot_amount != 0, AccountError::InstrumentOff);
        if let Some(risks) = risks {
            let risk = risks.good(bank.market, now)?.ok_or(AccountError::FeedsForbid)?;
            let index =
                token_value_up(bank.lot_amount, bank.decimals, risk.price.index, self.quote_decimals)?;
            let gap = u128::from(leg.price.abs_diff(index)).saturating_mul(SPOT_BAND);
            require!(gap <= u128::from(index), AccountError::PriceFar);
        }
        let [first, second] = &mut self.sides;
        Ok([first.trade_spot(bank, leg)?, second.trade_spot(bank, &leg.mirrored())?])
    }

    fn derivative(
        &mut self,
        leg: &TradeLeg,
        kind: Kind,
        risks: Option<&Risks>,
        now: i64,
    ) -> Result<[Effect; 2]> {
        let market = self.markets.iter_mut().find(|market| market.market == leg.number);
        let market = market.ok_or(AccountError::MarketMissing)?;
        let [first, second] = &mut self.sides;
        let interest = market.open_interest;
        let effects = [first.trade(market, leg)?, second.trade(market, &leg.mirrored())?];
        let Some(risks) = risks else { return Ok(effects) };
        let of = leg.instrument();
        require!(of.expiry == 0 || now < of.expiry, AccountError::ExpiryPassed);
        require!(leg.price.checked_rem(market.terms.tick) == Some(0), AccountError::PriceOffTick);
        if kind.is_linear() {
            require_near(market, leg.price, risks, now)?;
        }
        if effects.iter().any(|effect| !effect.reduced) {
            market.require_open(&of, now)?;
            require_strike(&of, kind, risks)?;
        }
        let within = market.open_interest <= market.terms.open_interest_cap;
        require!(within || market.open_interest <= interest, AccountError::OpenInterestCapReached);
        Ok(effects)
    }

    /// Takes fees out of cash.
    fn pay(&mut self, fees: [i64; 2]) -> Result<()> {
        for ((side, flow), fee) in self.sides.iter_mut().zip(self.flows.iter_mut()).zip(fees) {
            books::change_cash(side, fee.saturating_neg())?;
            flow.fee = fee;
        }
        Ok(())
    }

    /// Settles with the pools: losses first, so that they can pay the profits.
    #[inline(never)]
    fn settle(&mut self, group: &mut Ledger) -> Result<()> {
        for losses in [true, false] {
            for (side, flow) in self.sides.iter_mut().zip(self.flows.iter_mut()) {
                for market in &mut self.markets {
                    if (side.unpaid(market.market) < 0) == losses {
                        books::settle(side, market, group, flow)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, group: &mut Ledger) -> Result<()> {
        for (side, flow) in self.sides.iter_mut().zip(self.flows.iter_mut()) {
            books::close(side, group, flow)?;
        }
        Ok(())
    }
}

/// Refuses a price of a perp or future that is too far from a good index.
fn require_near(market: &Market, price: u64, risks: &Risks, now: i64) -> Result<()> {
    let Some(risk) = risks.good(market.market, now)? else { return Ok(()) };
    let index = market.per_lot_down(risk.price.index)?;
    let most = u128::from(index).saturating_mul(market.terms.price_band.unsigned_abs().into());
    let gap = u128::from(price.abs_diff(index)).wrapping_shl(40);
    require!(gap <= most, AccountError::PriceFar);
    Ok(())
}

/// Refuses a strike that is too far from the index.
fn require_strike(of: &Instrument, kind: Kind, risks: &Risks) -> Result<()> {
    if !matches!(kind, Kind::Call | Kind::Put) {
        return Ok(());
    }
    let index = u128::from(risks.of(of.number)?.price.index);
    let strike = u128::from(of.strike).saturating_mul(100);
    let furthest = u128::from(FURTHEST_STRIKE);
    let near = strike <= index.saturating_mul(furthest) && index <= strike.saturating_mul(furthest);
    require!(near, AccountError::StrikeFar);
    Ok(())
}
