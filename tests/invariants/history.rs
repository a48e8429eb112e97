//! The whole state of money, rebuilt from the events of all transactions alone.

use crate::{
    stage::Cast,
    state::{broken, same, Broken, State},
};
use anchor_lang::{prelude::Pubkey, AnchorDeserialize, Discriminator};
use ballast_audit::legs;
use ballast_interface::{
    account::{
        AccountClosed, AccountOpened, AccountSettled, BankSet, CashMoved, ClaimsCut, CollateralMoved,
        DateFrozen, Deposited, FeesCollected, Flow, InsurancePaid, LegsMoved, LiquidationSet, LossAbsorbed,
        LossShared, ProfitRealised, TradeLeg, Traded, Transferred, Withdrawn,
    },
    risk::MarketRiskChanged,
};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the promise.
pub const HISTORY: &str = "replay of events";

type Place = (u16, i64, u64, u8);

/// One account, as history tells it.
#[derive(Clone, Default, Debug)]
struct Book {
    cash: i128,
    sequence: u64,
    since: i64,
    unpaid: BTreeMap<u16, i128>,
    tokens: BTreeMap<u16, i128>,
    legs: BTreeMap<Place, i128>,
}

/// Everything, as history tells it.
#[derive(Clone, Default)]
pub struct History {
    books: BTreeMap<Pubkey, Book>,
    /// Lots of the markets, in 10^-10 of the underlying, and decimals of their tokens.
    lots: BTreeMap<u16, (u64, u8)>,
    /// The market of each bank.
    banks: BTreeMap<u16, u16>,
    frozen: BTreeSet<(u16, i64)>,
    pools: BTreeMap<u16, i128>,
    fees: i128,
    venue_fees: i128,
    insurance: i128,
    /// Interest told to everybody, and lost cash that lenders will be told of: no tokens moved for it.
    told: i128,
    /// Index and era of each market's claims, once they were cut.
    claims: BTreeMap<u16, (i128, u32)>,
    /// Every flow, in order, for whoever looks at them one by one.
    pub flows: Vec<Flow>,
}

/// An event, if it is one of that kind.
pub fn event<E: AnchorDeserialize + Discriminator>(bytes: &[u8]) -> Option<E> {
    let mut rest = bytes.strip_prefix(E::DISCRIMINATOR)?;
    Some(E::deserialize(&mut rest).expect("an event's fields"))
}

impl History {
    /// Takes note of one event.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.hear_of_things(bytes);
        if let Some(e) = event::<Deposited>(bytes) {
            self.flow(&e.flow)?;
            self.token(&e.flow, e.bank, e.amount.into(), e.held)?;
        } else if let Some(e) = event::<Withdrawn>(bytes) {
            self.flow(&e.flow)?;
            self.token(&e.flow, e.bank, -i128::from(e.amount), e.held)?;
        } else if let Some(e) = event::<Transferred>(bytes) {
            self.flow(&e.from)?;
            self.flow(&e.to)?;
            self.shift(e.bank, e.from.margin_account, e.to.margin_account, e.amount.into());
        } else if let Some(e) = event::<Traded>(bytes) {
            self.flow(&e.first)?;
            self.flow(&e.second)?;
            self.trade(&e.legs, e.first.margin_account, e.second.margin_account);
            let fees = i128::from(e.first.fee) + i128::from(e.second.fee);
            self.fees += i128::from(e.group_fee);
            self.venue_fees += fees - i128::from(e.group_fee);
        } else if let Some(e) = event::<LegsMoved>(bytes) {
            self.flow(&e.from)?;
            self.flow(&e.to)?;
            self.trade(&e.legs, e.from.margin_account, e.to.margin_account);
            let fees = i128::from(e.from.fee) + i128::from(e.to.fee);
            same(HISTORY, "what both paid in a rescue", fees, e.insurance.into())?;
            self.insurance += fees;
        } else if let Some(e) = event::<ClaimsCut>(bytes) {
            self.flow(&e.flow)?;
            let book = self.book(&e.flow.margin_account);
            *book.unpaid.entry(e.market).or_default() += i128::from(e.amount);
            self.claims.insert(e.market, (e.claim_index, e.claim_era));
        } else if let Some(e) = event::<ProfitRealised>(bytes) {
            self.flow(&e.flow)?;
        } else if let Some(e) = event::<CollateralMoved>(bytes) {
            self.shift(e.bank, e.from, e.to, e.amount.into());
        } else if let Some(e) = event::<CashMoved>(bytes) {
            self.flow(&e.from)?;
            self.flow(&e.to)?;
        } else if let Some(e) = event::<LossAbsorbed>(bytes) {
            self.flow(&e.flow)?;
        } else if let Some(e) = event::<LossShared>(bytes) {
            self.flow(&e.flow)?;
            self.told += i128::from(e.amount);
        } else if let Some(e) = event::<AccountSettled>(bytes) {
            self.flow(&e.flow)?;
            self.expire(&e)?;
        }
        Ok(())
    }

    fn hear_of_things(&mut self, bytes: &[u8]) {
        if let Some(e) = event::<AccountOpened>(bytes) {
            self.books.insert(e.margin_account, Book::default());
        } else if let Some(e) = event::<AccountClosed>(bytes) {
            self.books.remove(&e.margin_account);
        } else if let Some(e) = event::<MarketRiskChanged>(bytes) {
            self.lots.insert(e.market, (e.rules.lot, e.rules.token_decimals));
        } else if let Some(e) = event::<BankSet>(bytes) {
            self.banks.insert(e.bank, e.market);
        } else if let Some(e) = event::<DateFrozen>(bytes) {
            self.frozen.insert((e.market, e.expiry));
        } else if let Some(e) = event::<LiquidationSet>(bytes) {
            self.book(&e.margin_account).since = e.since;
        } else if let Some(e) = event::<FeesCollected>(bytes) {
            let fees = if e.venue == 0 { &mut self.fees } else { &mut self.venue_fees };
            *fees -= i128::from(e.amount);
        } else if let Some(e) = event::<InsurancePaid>(bytes) {
            self.insurance -= i128::from(e.amount);
        }
    }

    fn book(&mut self, account: &Pubkey) -> &mut Book {
        self.books.entry(*account).or_default()
    }

    fn flow(&mut self, flow: &Flow) -> Result<(), Broken> {
        self.flows.push(flow.clone());
        self.told += i128::from(flow.interest);
        let book = self.books.entry(flow.margin_account).or_default();
        book.cash += i128::from(flow.interest) - i128::from(flow.paid) - i128::from(flow.fee);
        for of in &flow.markets {
            book.cash += i128::from(of.settled);
            *book.unpaid.entry(of.market).or_default() += i128::from(of.funding) + i128::from(of.realised)
                - i128::from(of.settled)
                - i128::from(of.cut);
            *self.pools.entry(of.market).or_default() -= i128::from(of.settled);
        }
        same(HISTORY, "cash after a flow", flow.cash.into(), book.cash)?;
        if flow.sequence <= book.sequence {
            return broken(HISTORY, format!("sequence {} follows {}", flow.sequence, book.sequence));
        }
        book.sequence = flow.sequence;
        Ok(())
    }

    fn token(&mut self, flow: &Flow, bank: u16, change: i128, held: u64) -> Result<(), Broken> {
        if bank == 0 {
            return same(HISTORY, "tokens held after a movement of cash", held.into(), 0);
        }
        let tokens = self.book(&flow.margin_account).tokens.entry(bank).or_default();
        *tokens += change;
        same(HISTORY, "tokens held after a movement", held.into(), *tokens)
    }

    fn shift(&mut self, bank: u16, from: Pubkey, to: Pubkey, amount: i128) {
        if bank != 0 {
            *self.book(&from).tokens.entry(bank).or_default() -= amount;
            *self.book(&to).tokens.entry(bank).or_default() += amount;
        }
    }

    fn trade(&mut self, legs: &[TradeLeg], first: Pubkey, second: Pubkey) {
        for leg in legs {
            let lots = i128::from(leg.lots);
            if leg.kind == 0 {
                let (lot, decimals) = self.lots[&self.banks[&leg.number]];
                let amount = i128::from(lot) * 10i128.pow(decimals.into()) / 10_000_000_000;
                self.shift(leg.number, second, first, lots * amount);
                continue;
            }
            let place = (leg.number, leg.expiry, leg.strike, leg.kind);
            for (account, lots) in [(first, lots), (second, -lots)] {
                *self.book(&account).legs.entry(place).or_default() += lots;
            }
        }
    }

    /// All legs of frozen dates are settled in every market that was given, and every market in which some were is named.
    fn expire(&mut self, e: &AccountSettled) -> Result<(), Broken> {
        let frozen = &self.frozen;
        let named = |market: u16| e.flow.markets.iter().any(|of| of.market == market);
        let book = self.books.entry(e.flow.margin_account).or_default();
        book.legs.retain(|_, lots| *lots != 0);
        let before = book.legs.len();
        book.legs.retain(|(market, expiry, ..), _| !named(*market) || !frozen.contains(&(*market, *expiry)));
        same(HISTORY, "legs that were settled", e.legs.into(), (before - book.legs.len()) as i128)
    }

    /// Compares everything with what there is.
    pub fn compare(&self, state: &State, cast: &Cast) -> Result<(), Broken> {
        let empty = Book::default();
        let mut open = 0;
        for (seat, account) in state.open() {
            open += 1;
            let book = self.books.get(&cast.seats[seat].account).unwrap_or(&empty);
            let who = |what: &str| format!("{what} of seat {seat}");
            same(HISTORY, &who("cash"), account.cash.into(), book.cash)?;
            same(HISTORY, &who("liquidation_since"), account.liquidation_since.into(), book.since.into())?;
            let unpaid = account.markets.iter().filter(|row| row.unpaid_profit != 0);
            let unpaid: BTreeMap<u16, i128> =
                unpaid.map(|row| (row.market, row.unpaid_profit.into())).collect();
            alike(&who("unpaid profit"), &unpaid, &book.unpaid)?;
            let tokens = account.collateral.iter().filter(|row| row.amount != 0);
            let tokens: BTreeMap<u16, i128> = tokens.map(|row| (row.bank, row.amount.into())).collect();
            alike(&who("tokens"), &tokens, &book.tokens)?;
            let legs: BTreeMap<Place, i128> = legs(account)
                .map(|leg| ((leg.market, leg.expiry, leg.strike, leg.kind), leg.quantity.into()))
                .collect();
            alike(&who("legs"), &legs, &book.legs)?;
        }
        same(HISTORY, "open accounts", open, self.books.len() as i128)?;
        for market in &state.markets {
            let pool = self.pools.get(&market.market).copied().unwrap_or(0);
            same(HISTORY, "a pool", market.pool.into(), pool)?;
            let claims = self.claims.get(&market.market).copied().unwrap_or((1 << 64, 0));
            if claims != (market.claim_index.to_bits(), market.claim_era) {
                return broken(HISTORY, format!("claims of market {} are not {claims:?}", market.market));
            }
        }
        // No event tells whether fees wait in a market or are the group's already.
        let [fees, insurance, venues] = state.waiting();
        let group = &state.group;
        let all = insurance + i128::from(group.insurance);
        same(HISTORY, "the insurance's fees", all, self.insurance)?;
        same(HISTORY, "the group's fees", fees + i128::from(group.fees), self.fees)?;
        same(HISTORY, "the venue's fees", venues + i128::from(state.venue.fees), self.venue_fees)?;
        self.compare_sums(state)
    }

    /// What the group's sums and the vault must come to. How much of anybody's cash is counted, no event tells: only that
    /// what is counted, what is not, and interest make up what everybody was told less what nobody paid for it.
    fn compare_sums(&self, state: &State) -> Result<(), Broken> {
        let cash = self.books.values().map(|book| book.cash).sum::<i128>() - self.told;
        let pools = self.pools.values().sum::<i128>();
        let [fees, insurance, venues] = state.waiting();
        let group = &state.group;
        let sums = [group.cash, group.interest, group.uncounted].into_iter().map(i128::from).sum();
        same(HISTORY, "the group's sums", sums, cash + pools + fees + insurance + venues)?;
        let fees = self.fees + self.venue_fees + self.insurance;
        same(HISTORY, "tokens of the vault", state.vaults[0].into(), cash + pools + fees)
    }
}

/// Compares two tables, of which the second may have zeros.
fn alike<K: Ord + Clone + std::fmt::Debug>(
    what: &str,
    found: &BTreeMap<K, i128>,
    told: &BTreeMap<K, i128>,
) -> Result<(), Broken> {
    let told: BTreeMap<K, i128> =
        told.iter().filter(|(_, value)| **value != 0).map(|(key, value)| (key.clone(), *value)).collect();
    if *found != told {
        return broken(HISTORY, format!("{what}: {found:?}, but the events tell {told:?}"));
    }
    Ok(())
}
