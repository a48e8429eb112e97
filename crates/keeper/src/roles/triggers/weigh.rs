//! What the gate would say of accounts as an execution would leave them.

use crate::scan::Scanner;
use ballast_client::Held;
use ballast_interface::{
    account::MarginAccount,
    risk::{Action, Assessment},
};

/// The report on an account as it might be, beside the group as it is.
pub(super) fn weigh(scanner: &Scanner, account: &Held<MarginAccount>, now: i64) -> Option<Assessment> {
    let mut alone = Scanner::new(*scanner.key(), *scanner.group(), *scanner.model());
    for number in scanner.market_numbers() {
        scanner.market(number).into_iter().for_each(|market| alone.set_market(*market));
        scanner.risk(number).into_iter().for_each(|risk| alone.set_risk(*risk));
    }
    alone.set_account(account.address, account.state, 0);
    alone.assessment(&account.address, now).ok()
}

/// Whether an account passes the gate after a smaller position: with room to spare, or without losing health; and below
/// maintenance margin only if it loses no more value than an eighth of the margin that is freed.
pub(super) fn passes(
    scanner: &Scanner,
    before: &Held<MarginAccount>,
    after: &Held<MarginAccount>,
    now: i64,
) -> bool {
    let Some(now_is) = weigh(scanner, after, now) else { return false };
    let free = after.state.liquidation_since == 0 && Action::Increase.is_in(now_is.permitted);
    if !after.state.has_liabilities() || free && now_is.room.get() >= 0 {
        return true;
    }
    let Some(was) = weigh(scanner, before, now) else { return false };
    let relief = (was.maintenance.get() - now_is.maintenance.get()).max(0);
    let fair = now_is.health.get() >= 0 || now_is.value.get() >= was.value.get() - (relief >> 3);
    fair && now_is.health.get() >= was.health.get()
}
