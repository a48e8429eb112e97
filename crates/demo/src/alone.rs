//! What a book would need if every position were margined alone, and reading many books at one moment.
//!
//! The engine and the reading are the programs' own; prices of options are found once for all books, as in the keeper.

use crate::tape::View;
use anchor_lang::error::Error;
use ballast_interface::{
    account::{quote_unit, MarginAccount},
    risk::{LegRoom, MarketRisk, Model, ModelLists, Reading, RiskError},
};
use ballast_keeper::scan::Unfit;
use ballast_margin::{
    book::{Book, Collateral, Leg, Snapshot},
    memo::Memo,
    model::Model as Rules,
    quote::Margins,
    units::Quote,
};

/// Initial margin of an account if every position is margined alone, in quote units, rounded up.
///
/// Each position, each token, and cash with what pools still owe is a book of its own; nothing hedges anything. The account
/// is read as it stands: whoever wants funding and expiry in it brings it up to date before. Of a single position it is
/// what the engine says of the account. One on its own has less to be charged for size, so that of a huge book on one side
/// of one market the parts can need less than the whole.
///
/// Whoever asks for many books asks [`Scales::at`] once and that for each.
pub fn isolated(account: &MarginAccount, model: &Model, view: &View) -> Result<i64, Unfit> {
    Scales::new(model)?.at(view).isolated(account)
}

/// Room to weigh books in, for one model.
pub struct Scales {
    /// The model without its lists, which a reading would copy for every account.
    bare: Box<Model>,
    lists: ModelLists,
    memo: Memo,
    room: Box<LegRoom>,
}

/// Books are weighed at one moment.
pub struct Weighing<'a> {
    scales: &'a mut Scales,
    view: &'a View,
}

/// An account as the engine sees it.
pub struct Opened<'a> {
    memo: &'a mut Memo,
    /// The model.
    pub rules: &'a Rules<'a>,
    /// The markets.
    pub snapshot: &'a Snapshot<'a>,
    /// Positions, in the account's own order, tokens and cash.
    pub book: Book<'a>,
    /// What the feeds of the account allow: one bit for each `Action`.
    pub permitted: u8,
}

impl Scales {
    /// Scales for a model.
    pub fn new(model: &Model) -> Result<Self, Unfit> {
        if model.version != Model::VERSION || model.draft != 0 {
            return Err(Unfit::VersionUnknown);
        }
        let lists = model.lists(|_| true)?;
        let memo = Memo::new(&model.rules(&lists));
        let bare = Box::new(Model { row_count: 0, correlation_count: 0, ..*model });
        Ok(Self { bare, lists, memo, room: Box::new(LegRoom::EMPTY) })
    }

    /// Begins a moment.
    pub fn at<'a>(&'a mut self, view: &'a View) -> Weighing<'a> {
        self.memo.clear();
        Weighing { scales: self, view }
    }
}

impl Weighing<'_> {
    /// Initial margin if every position is margined alone: see [`isolated`].
    pub fn isolated(&mut self, account: &MarginAccount) -> Result<i64, Unfit> {
        let unit = i128::from(quote_unit(self.view.group.quote_decimals));
        let sum = self.open(account, |it| it.isolated())??;
        // Rounded up; nobody has more than a quote unit can count.
        Ok(sum.saturating_neg().div_euclid(unit).saturating_neg() as i64)
    }

    /// Value and margins of the whole account.
    pub fn whole(&mut self, account: &MarginAccount) -> Result<Margins, Unfit> {
        self.open(account, |it| it.whole())?
    }

    /// Reads an account and asks something of its book.
    pub fn open<T>(
        &mut self,
        account: &MarginAccount,
        ask: impl FnOnce(&mut Opened) -> T,
    ) -> Result<T, Unfit> {
        let Scales { bare, lists, memo, room } = &mut *self.scales;
        let given = needed(account, bare.peg_market, &self.view.risks)?;
        let reading = Reading::new(&self.view.group, bare, account, &given, self.view.time, room)?;
        let (markets, rules) = (reading.markets(), bare.rules(lists));
        let (snapshot, permitted) = (reading.snapshot(&markets), reading.permitted());
        let mut opened = Opened { memo, rules: &rules, snapshot: &snapshot, book: reading.book(), permitted };
        Ok(ask(&mut opened))
    }
}

impl Opened<'_> {
    /// Value and margins of all of it.
    pub fn whole(&mut self) -> Result<Margins, Unfit> {
        let book = self.book;
        self.weigh(&book)
    }

    /// Value and margins of a position with so much cash and nothing else.
    pub fn alone(&mut self, place: usize, cash: Quote) -> Result<Margins, Unfit> {
        let legs = self.book.legs.get(place..=place).unwrap_or(&[]);
        self.part(cash, Quote(0), &[], legs)
    }

    /// Value and margins of the tokens with the account's cash, without a position.
    pub fn purse(&mut self) -> Result<Margins, Unfit> {
        let Book { cash, unpaid, collateral, .. } = self.book;
        self.part(cash, unpaid, collateral, &[])
    }

    /// Initial margin of all parts, in 10^-10.
    fn isolated(&mut self) -> Result<i128, Unfit> {
        let Book { cash, unpaid, collateral, legs } = self.book;
        let mut sum = self.part(cash, unpaid, &[], &[])?.initial.0;
        for token in collateral.chunks(1) {
            sum = sum.saturating_add(self.part(Quote(0), Quote(0), token, &[])?.initial.0);
        }
        for leg in legs.chunks(1) {
            sum = sum.saturating_add(self.part(Quote(0), Quote(0), &[], leg)?.initial.0);
        }
        Ok(sum)
    }

    fn part(
        &mut self,
        cash: Quote,
        unpaid: Quote,
        collateral: &[Collateral],
        legs: &[Leg],
    ) -> Result<Margins, Unfit> {
        self.weigh(&Book { cash, unpaid, collateral, legs })
    }

    fn weigh(&mut self, book: &Book) -> Result<Margins, Unfit> {
        let found = self.memo.margins(self.rules, self.snapshot, book);
        Ok(found.map_err(|error| Error::from(RiskError::from(error)))?)
    }
}

/// The risks that a reading of an account asks for: of positions, of what prices and what moves tokens, of the quote token.
fn needed<'a>(
    account: &MarginAccount,
    peg: u16,
    risks: &'a [MarketRisk],
) -> Result<Vec<&'a MarketRisk>, Unfit> {
    let known =
        |number: u16| risks.iter().find(|risk| risk.market == number).ok_or(Unfit::RiskUnknown(number));
    let mut numbers: Vec<u16> = account.legs.iter().map(|leg| leg.market).collect();
    numbers.push(peg);
    for token in account.collateral.iter().filter(|token| token.bank != 0) {
        numbers.extend([token.market, known(token.market)?.rules.moves_like]);
    }
    numbers.retain(|number| *number != 0);
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(known).collect()
}
