//! Many accounts one after the other: the programs' own reading, and margins from a memo of prices.

use super::{
    accounts::{Accounts, Entry, Found},
    markets::{Markets, MAX_GIVEN},
    refresh::Moment,
    Standing, Unfit,
};
use anchor_lang::error::Error;
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{LegRoom, Model, ModelLists, Reading, RiskError},
};
use ballast_margin::memo::Memo;
use bytemuck::Zeroable;

/// Room to assess in, and what is kept from one account to the next.
pub(super) struct Workbench {
    /// The model without rows and correlations, which a reading would copy for every account ...
    bare: Box<Model>,
    /// ... and these, once for all.
    lists: ModelLists,
    memo: Memo,
    account: Box<MarginAccount>,
    legs: Box<LegRoom>,
}

/// What the accounts of one scan are assessed beside.
pub(super) struct Scan<'a> {
    pub group: &'a Group,
    pub model: &'a Model,
    pub markets: &'a Markets,
    pub moment: Moment,
}

impl Workbench {
    /// A workbench for one model.
    pub fn new(model: &Model) -> Result<Self, Unfit> {
        if model.version != Model::VERSION || model.draft != 0 {
            return Err(Unfit::VersionUnknown);
        }
        let lists = model.lists(|_| true)?;
        let bare = Box::new(Model { row_count: 0, correlation_count: 0, ..*model });
        let memo = Memo::new(&model.rules(&lists));
        let account = Box::new(MarginAccount::zeroed());
        Ok(Self { bare, lists, memo, account, legs: Box::new(LegRoom::EMPTY) })
    }

    /// Bytes held, but for those of the model's lists.
    pub fn memory(&self) -> usize {
        let room = size_of::<Model>() + size_of::<MarginAccount>() + size_of::<LegRoom>();
        self.memo.memory() + room
    }

    /// Where accounts stand once they are up to date.
    pub fn standings(&mut self, scan: &mut Scan, accounts: &Accounts, places: &[u32]) -> Vec<Found> {
        self.memo.clear();
        let Self { bare, lists, memo, account: fresh, legs: room } = self;
        let rules = scan.model.rules(lists);
        let now = scan.moment.now();
        let mut given = Vec::with_capacity(MAX_GIVEN);
        let mut standing = |entry: &Entry| {
            scan.moment.refresh_copy(&entry.account, entry.legs, fresh)?;
            given.clear();
            scan.markets.give(fresh, bare.peg_market, &mut given)?;
            let reading = Reading::new(scan.group, bare, fresh, &given, now, room)?;
            let markets = reading.markets();
            let found = memo.margins(&rules, &reading.snapshot(&markets), &reading.book());
            let found = found.map_err(|error| Error::from(RiskError::from(error)))?;
            Ok(Standing::new(&found, reading.permitted(), now))
        };
        places.iter().map(|place| (*place, standing(accounts.at(*place)))).collect()
    }
}
