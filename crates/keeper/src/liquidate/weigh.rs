//! Weighing accounts as they are, and as they would be.

use crate::{
    scan::{Standing, Unfit},
    State,
};
use anchor_lang::prelude::Pubkey;
use ballast_client::Held;
use ballast_interface::{
    account::{quote_unit, MarginAccount, Market, TradeLeg},
    liquidation::RescueRules,
    risk::{Action, Assessment, LegRoom, LiquidationQuote, QuoteArgs, QuoteTerms, Reading},
};
use ballast_margin::{
    error::MarginError,
    quote::{Margins, QuoteDesk, Terms},
    rank::{choose, rank, Ranked},
    units::{Fraction, Quote},
    Desk,
};

/// What is known, at one moment.
#[derive(Clone, Copy)]
pub struct Weigh<'a> {
    /// What is known.
    pub state: &'a State,
    /// The moment, in unix time.
    pub now: i64,
}

/// An account as the programs will find it: brought up to date.
pub struct Fresh {
    /// As it is on chain.
    pub held: Held<MarginAccount>,
    /// As it is once it is refreshed.
    pub state: MarginAccount,
}

impl<'a> Weigh<'a> {
    /// An account, brought up to date.
    pub fn fresh(&self, address: &Pubkey) -> Result<Fresh, Unfit> {
        let held = self.state.held(address).ok_or(Unfit::AccountUnknown)?;
        let state = self.state.scanner.refreshed(address, self.now)?;
        Ok(Fresh { held, state })
    }

    /// What an account that is up to date is worth and needs.
    pub fn standing(&self, account: &MarginAccount) -> Result<Standing, Unfit> {
        let (mut desk, mut report) = (Box::<Desk>::default(), Assessment::default());
        self.read(account, |reading| reading.assess(&mut desk, &mut report))?;
        Ok(Standing::of(&report))
    }

    /// The risk program's answer to a question about an account that is up to date.
    pub fn quote(&self, account: &MarginAccount, args: &QuoteArgs) -> Result<LiquidationQuote, Unfit> {
        let (mut desk, mut answer) = (Box::<QuoteDesk>::default(), LiquidationQuote::default());
        let group = &self.state.exchange.group;
        self.read(account, |reading| reading.quote(group, account, args, &mut desk, &mut answer))?;
        Ok(answer)
    }

    /// Places of the positions that the engine would close, and of those that help on their own, the best first; none where
    /// nothing is known to help.
    pub fn chosen(&self, account: &MarginAccount, terms: &QuoteTerms) -> Result<(Vec<u8>, Vec<u8>), Unfit> {
        let mut desk = Box::<QuoteDesk>::default();
        let terms = self.terms(terms);
        self.read(account, |reading| {
            let (rules, markets, book) = (reading.rules(), reading.markets(), reading.book());
            let snapshot = reading.snapshot(&markets);
            let mut ranked = [Ranked::default(); ballast_margin::book::MAX_LEGS];
            let count = rank(&mut desk, &rules, &snapshot, &book, &terms, &mut ranked);
            let count = count.map_err(ballast_interface::risk::RiskError::from)?;
            let alone = ranked[..count].iter().map(|ranked| ranked.leg).collect();
            let set = match choose(&mut desk, &rules, &snapshot, &book, &terms) {
                Ok((set, _)) => set,
                Err(MarginError::NoRelief | MarginError::AboveTarget) => 0,
                Err(error) => return Err(ballast_interface::risk::RiskError::from(error).into()),
            };
            let places = 0..book.legs.len() as u8;
            Ok((places.filter(|place| set >> place & 1 == 1).collect(), alone))
        })
    }

    fn terms(&self, terms: &QuoteTerms) -> Terms {
        Terms {
            discount: Fraction(terms.discount),
            insurance: Fraction(terms.insurance),
            target: Fraction(terms.target),
            small: Quote(i128::from(terms.small) * self.unit()),
        }
    }

    fn read<T>(
        &self,
        account: &MarginAccount,
        ask: impl FnOnce(&Reading) -> anchor_lang::Result<T>,
    ) -> Result<T, Unfit> {
        let exchange = &self.state.exchange;
        let unknown = |_| Unfit::RiskUnknown(0);
        let given = exchange.judging(account).map_err(unknown)?;
        let mut legs = LegRoom::EMPTY;
        let reading = Reading::new(&exchange.group, &exchange.model, account, &given, self.now, &mut legs)?;
        Ok(ask(&reading)?)
    }

    /// Steps of 10^-10 quote in a quote unit.
    pub fn unit(&self) -> i128 {
        quote_unit(self.state.exchange.group.quote_decimals).into()
    }

    /// The rules of rescues; nothing if the group has no fund, and so no rescues.
    pub fn rules(&self) -> Option<&'a RescueRules> {
        self.state.exchange.fund.as_ref().map(|fund| &fund.rules)
    }

    /// A market by its number, to be traded in on paper.
    pub fn market(&self, number: u16) -> Result<Market, Unfit> {
        let market = self.state.exchange.markets.get(&number);
        market.map(|market| **market).ok_or(Unfit::MarketUnknown(number))
    }

    /// Trades some positions on paper, and adds cash.
    pub fn trade(&self, account: &mut MarginAccount, legs: &[TradeLeg], cash: i64) -> Result<(), Unfit> {
        for leg in legs {
            account.trade(&mut self.market(leg.number)?, leg)?;
        }
        account.cash = account.cash.saturating_add(cash);
        Ok(())
    }
}

/// Whether feeds allow a liquidation.
pub fn permitted(bits: u8) -> bool {
    Action::Liquidate.is_in(bits)
}

/// The engine's margins of a standing.
pub fn margins(standing: &Standing) -> Margins {
    let Standing { value, maintenance, initial, .. } = *standing;
    Margins { value: Quote(value), maintenance: Quote(maintenance), initial: Quote(initial) }
}
