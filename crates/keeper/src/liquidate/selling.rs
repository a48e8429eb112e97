//! Buying tokens of an account that no smaller position can cure, with the positions that they hedge if need be.

use super::{
    assemble::{Plan, Rescue, Why},
    own::{Getting, Own},
    taking::relief,
    units::{cut, greatest, named, opposite, taken},
    weigh::{margins, permitted},
};
use crate::scan::Unfit;
use ballast_interface::{
    account::{token_value_up, Bank, Collateral},
    liquidation::SwapCollateralArgs,
    risk::{Action, QuoteArgs, QuoteLeg, MAX_QUOTE_LEGS},
};

/// A sale may pass the target by this part of what is paid for it.
const SLACK: i128 = 64;
/// One, in the 10^-10 in which prices are counted.
const ONE: u128 = 10_000_000_000;

/// A sale that is looked at: tokens, and positions with them.
struct Sale {
    amount: u64,
    /// What is paid, in quote units.
    paid: u64,
    /// What the tokens are worth, in quote units.
    value: u64,
    legs: Vec<QuoteLeg>,
    units: u32,
    getting: Getting,
}

impl Rescue<'_> {
    /// Buys tokens, when not even closing all positions would bring the account to its target.
    pub(super) fn sale(&self) -> Result<Plan, Why> {
        let tokens = self.fresh.state.collateral.iter().filter(|token| token.bank != 0);
        let allowed: Vec<&Collateral> =
            tokens.filter(|token| self.at.settings.allows(token.market)).collect();
        if allowed.is_empty() {
            return Err(Why::NoRelief);
        }
        let question = QuoteArgs { legs: vec![], units: 0, terms: None, all: true };
        let quote = relief(self.at.weigh.quote(&self.fresh.state, &question))?;
        if self.rules.above_target(&quote.after.margins()) >= 0 {
            return Err(Why::NoRelief);
        }
        let own = self.own()?;
        let mut why = Why::NoRelief;
        for token in allowed {
            for sale in [self.alone(&own, token), self.with_hedges(&own, token)] {
                match sale {
                    Ok(sale) => return self.sold(&own, token, sale),
                    Err(Why::NoRelief) => {}
                    Err(other) => why = other,
                }
            }
        }
        Err(why)
    }

    /// The smallest amount of a token that brings the account to its target, or all of it; no more than the keeper may take.
    fn alone(&self, own: &Own, token: &Collateral) -> Result<Sale, Why> {
        let bank = *self.at.weigh.state.exchange.bank(token.bank)?;
        let none = (vec![], 0, vec![]);
        let below = |amount: u64| {
            let sale = self.priced(&bank, amount, &none);
            sale.is_ok_and(|sale| self.above(&sale).is_ok_and(|above| above < 0))
        };
        let needed = greatest(token.amount, below).unwrap_or(0).saturating_add(1).min(token.amount);
        let fits = |amount: u64| {
            let sale = self.priced(&bank, amount, &none);
            sale.is_ok_and(|sale| own.may_get(&self.at.weigh, self.at.settings, &sale.getting))
        };
        let amount = greatest(needed, fits).ok_or(Why::NoRoom)?;
        let sale = self.priced(&bank, amount, &none)?;
        self.helps(&sale)?;
        Ok(sale)
    }

    /// A part of a token and the same part of positions in the markets that it goes with, as large as is allowed.
    fn with_hedges(&self, own: &Own, token: &Collateral) -> Result<Sale, Why> {
        let weigh = &self.at.weigh;
        let bank = *weigh.state.exchange.bank(token.bank)?;
        let like = weigh.state.exchange.risk(token.market)?.rules.moves_like;
        let kin = |market: u16| self.at.settings.allows(market) && [token.market, like].contains(&market);
        let mut places = weigh.offered(&self.fresh.state, kin);
        places.truncate(MAX_QUOTE_LEGS);
        if places.is_empty() {
            return Err(Why::NoRelief);
        }
        let (legs, most) = cut(&self.fresh.state, &places);
        let mut units = most;
        let mut why = Why::NoRelief;
        while units > 0 {
            let question = QuoteArgs { legs: legs.clone(), units, terms: None, all: false };
            let quote = relief(weigh.quote(&self.fresh.state, &question))?;
            // What can go alone is taken over by itself.
            if quote.restores == 0 {
                let amount = (u128::from(token.amount) * u128::from(units) / u128::from(most)) as u64;
                let trades = taken(&self.fresh.state, &legs, units, &quote.prices);
                let sale = self.priced(&bank, amount, &(legs.clone(), units, trades))?;
                let may = own.may_get(weigh, self.at.settings, &sale.getting);
                match self.helps(&sale) {
                    Ok(()) if may => return Ok(sale),
                    Ok(()) => why = Why::NoRoom,
                    Err(_) => {}
                }
            }
            units /= 2;
        }
        Err(why)
    }

    /// What tokens, and positions with them, cost now.
    fn priced(
        &self,
        bank: &Bank,
        amount: u64,
        (legs, units, trades): &(Vec<QuoteLeg>, u32, Vec<ballast_interface::account::TradeLeg>),
    ) -> Result<Sale, Why> {
        let exchange = &self.at.weigh.state.exchange;
        let risk = exchange.risk(bank.market)?;
        let usable = Action::Liquidate.is_in(risk.price.permitted(&risk.rules, self.at.weigh.now));
        if risk.price.index == 0 || !usable || amount == 0 {
            return Err(Why::NoRelief);
        }
        let decimals = exchange.group.quote_decimals;
        let value = token_value_up(amount, bank.decimals, risk.price.index, decimals).map_err(Unfit::from)?;
        let peg = match exchange.model.peg_market {
            0 => ONE,
            market => u128::from(exchange.risk(market)?.price.index).max(1),
        };
        let value = u64::try_from((u128::from(value) * ONE).div_ceil(peg)).unwrap_or(u64::MAX);
        let range = match risk.rules.moves_like {
            0 => 0,
            like => exchange.risk(like)?.range(self.at.weigh.now).0,
        };
        let freed = risk.rules.haircut.saturating_add(range);
        let paid = self.rules.token_price_up(value, freed, self.seconds);
        let cash = i64::try_from(paid).unwrap_or(i64::MAX).saturating_neg();
        let tokens = Some((bank.bank, bank.market, amount));
        let getting = Getting { legs: trades.clone(), tokens, cash };
        Ok(Sale { amount, paid, value, legs: legs.clone(), units: *units, getting })
    }

    /// How far above its target the account is after a sale that does not lower its health.
    fn above(&self, sale: &Sale) -> Result<i128, Why> {
        let weigh = &self.at.weigh;
        let mut account = self.fresh.state;
        if let Some((bank, market, amount)) = sale.getting.tokens {
            account.change_token(bank, market, -i128::from(amount)).map_err(Unfit::from)?;
        }
        weigh.trade(&mut account, &opposite(&sale.getting.legs), sale.getting.cash.saturating_neg())?;
        let after = weigh.standing(&account)?;
        if after.health < self.standing.health {
            return Err(Why::NoRelief);
        }
        Ok(self.rules.above_target(&margins(&after)))
    }

    /// Refuses a sale that the program would refuse.
    fn helps(&self, sale: &Sale) -> Result<(), Why> {
        let slack = (i128::from(sale.paid) / SLACK).saturating_mul(self.at.weigh.unit());
        if self.above(sale)? > slack || !permitted(self.standing.permitted) {
            return Err(Why::NoRelief);
        }
        Ok(())
    }

    /// The plan of a sale.
    fn sold(&self, own: &Own, token: &Collateral, sale: Sale) -> Result<Plan, Why> {
        let gain = i128::from(sale.value) - i128::from(sale.paid);
        let profit = gain.saturating_mul(self.at.weigh.unit()) - self.at.fee();
        self.worth(profit)?;
        let Sale { amount, legs, units, getting, .. } = sale;
        let args = SwapCollateralArgs { amount, legs, units };
        let taker = (&own.held, &self.at.payer);
        let beginner = &self.auction.beginner;
        let steps = self.at.build().swap_collateral(&self.fresh.held, beginner, taker, token.bank, &args)?;
        let places = !args.legs.is_empty();
        let plan = self.at.plan("swap", self.account(), self.guarded(steps, places));
        let with =
            if getting.legs.is_empty() { String::new() } else { format!(" with {}", named(&getting.legs)) };
        let what = format!(
            "buy {amount} of bank {}{with} from {} for {} dollars",
            token.bank,
            self.account(),
            crate::config::Dollars(profit)
        );
        Ok(Plan { what, profit, getting: Some(getting), ..plan })
    }
}
