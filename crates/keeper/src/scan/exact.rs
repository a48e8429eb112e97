//! The programs' own reading of an account, on the host.

use super::{markets::Markets, Unfit};
use ballast_interface::{
    account::{Group, MarginAccount},
    risk::{Assessment, LegRoom, LiquidationQuote, Model, QuoteArgs, Reading},
};
use ballast_margin::{quote::QuoteDesk, Desk};

/// What accounts are read beside.
pub(super) struct Beside<'a> {
    pub group: &'a Group,
    pub model: &'a Model,
    pub markets: &'a Markets,
    pub now: i64,
}

impl Beside<'_> {
    /// Assesses an account that is up to date.
    pub fn assess(&self, account: &MarginAccount, desk: &mut Desk) -> Result<Assessment, Unfit> {
        let mut report = Assessment::default();
        self.read(account, |reading| reading.assess(desk, &mut report))?;
        Ok(report)
    }

    /// Quotes a liquidation of an account that is up to date.
    pub fn quote(&self, account: &MarginAccount, args: &QuoteArgs) -> Result<LiquidationQuote, Unfit> {
        let (mut desk, mut answer) = (Box::<QuoteDesk>::default(), LiquidationQuote::default());
        self.read(account, |reading| reading.quote(self.group, account, args, &mut desk, &mut answer))?;
        Ok(answer)
    }

    fn read<T>(
        &self,
        account: &MarginAccount,
        ask: impl FnOnce(&Reading) -> anchor_lang::Result<T>,
    ) -> Result<T, Unfit> {
        if self.model.version != Model::VERSION || self.model.draft != 0 {
            return Err(Unfit::VersionUnknown);
        }
        let mut given = Vec::new();
        self.markets.give(account, self.model.peg_market, &mut given)?;
        let mut legs = LegRoom::EMPTY;
        let reading = Reading::new(self.group, self.model, account, &given, self.now, &mut legs)?;
        Ok(ask(&reading)?)
    }
}
