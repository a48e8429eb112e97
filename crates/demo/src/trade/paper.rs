//! Trades on paper: how an account would stand after one.

use crate::stage::Stage;
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{MarginAccount, TradeLeg};
use ballast_keeper::{liquidate::Weigh, scan::Standing};

impl Stage {
    /// What is known, to weigh accounts by.
    pub fn weigh(&self) -> Weigh<'_> {
        Weigh { state: &self.state, now: self.now }
    }

    /// An account as a refresh would leave it now.
    pub fn fresh(&self, account: &Pubkey) -> Option<MarginAccount> {
        self.state.scanner.refreshed(account, self.now).ok()
    }

    /// How an account would stand after so many units of some legs at their prices.
    pub fn after(&self, account: &MarginAccount, legs: &[TradeLeg], units: i64) -> Option<Standing> {
        let mut account = *account;
        on_paper(self, &mut account, legs, units)?;
        self.weigh().standing(&account).ok()
    }

    /// Most units of some legs after which initial margin is no more than a share of an account's value; no more than so
    /// many.
    pub fn fitting(&self, account: &Pubkey, legs: &[TradeLeg], share: f64, most: i64) -> i64 {
        let Some(fresh) = self.fresh(account) else { return 0 };
        let fits = |units: i64| {
            let after = self.after(&fresh, legs, units);
            after.is_some_and(|after| after.initial as f64 <= share * after.value as f64)
        };
        let (mut fit, mut step) = (0, 1);
        while fit + step <= most && fits(fit + step) {
            fit += step;
            step *= 2;
        }
        while step > 0 {
            if fit + step <= most && fits(fit + step) {
                fit += step;
            }
            step /= 2;
        }
        fit
    }
}

/// Trades so many units of some legs on paper.
fn on_paper(stage: &Stage, account: &mut MarginAccount, legs: &[TradeLeg], units: i64) -> Option<()> {
    for leg in legs {
        let leg = TradeLeg { lots: leg.lots * units, ..*leg };
        if leg.kind == 0 {
            let bank = stage.state.exchange.banks.get(&leg.number)?;
            account.trade_spot(bank, &leg).ok()?;
        } else {
            let mut market = *stage.market(leg.number);
            account.trade(&mut market, &leg).ok()?;
        }
    }
    Some(())
}
