//! What stories about losses share: refusals by their names, an exchange where nobody pays interest, and sums that no loss
//! may change.

use crate::stage::{bitcoin_exchange, done, refused, vault};
use anchor_lang::prelude::Pubkey;
use ballast_audit::{audit, Books, Places};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, GroupRules, MarginAccount, TradeLeg,
    },
    liquidation::{LiquidateArgs, LiquidationError, RescueRules},
    seeds,
};
use ballast_testkit::{
    group_rules, limit, price_account, rescue_rules, Account, Exchange, Failure, Form, Instruction, Outcome,
    Signer, Trader, World, BTC,
};

/// What the liquidation program must refuse, and why.
#[track_caller]
pub fn declined(sent: Result<Outcome, Failure>, why: LiquidationError) {
    match sent {
        Ok(_) => panic!("was accepted, and not refused as {why:?}"),
        Err(failure) => assert_eq!(failure.code(), Some(u32::from(why)), "{why:?}: {failure:#?}"),
    }
}

/// An exchange for Bitcoin at 95 000 dollars, with a fund, where debt costs nothing: sums stay what they are.
pub fn quiet_exchange(world: &mut World, dates: &[i64], rules: &RescueRules) -> Exchange {
    let exchange = bitcoin_exchange(world, dates);
    let authority = exchange.risk.authority.insecure_clone();
    let quiet = GroupRules { rate_idle: 0, rate_kink: 0, rate_full: 0, ..group_rules() };
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &quiet);
    done(world.svm.send(&[change], &[&authority]));
    world.create_fund(&exchange, rules);
    exchange
}

/// Rules under which a fund pays no more for one market.
pub fn capped(market_cap: i64) -> RescueRules {
    RescueRules { market_cap: market_cap as u64, ..rescue_rules() }
}

/// Takes over so many lots of an account's first position, at whatever the auction pays.
pub fn take(
    world: &mut World,
    exchange: &Exchange,
    from: &Trader,
    to: &Trader,
    lots: u32,
) -> Result<Outcome, Failure> {
    take_as(Form::Written, world, exchange, from, to, lots)
}

/// The same in either form.
pub fn take_as(
    form: Form,
    world: &mut World,
    exchange: &Exchange,
    from: &Trader,
    to: &Trader,
    lots: u32,
) -> Result<Outcome, Failure> {
    let leg = world.quote_leg(&from.account, |_| true, 1);
    let args = LiquidateArgs { legs: vec![leg], units: lots, least_pay: i64::MIN >> 32 };
    world.liquidate_as(form, exchange, &from.account, to, &args)
}

/// Takes over what leaves an account less than half of what is counted of its cash: whoever reads the group is refused, and
/// whoever writes it is not.
#[track_caller]
pub fn take_counted(world: &mut World, exchange: &Exchange, from: &Trader, to: &Trader, lots: u32) {
    refused(take_as(Form::Read, world, exchange, from, to, lots), AccountError::CashUncounted);
    done(take_as(Form::Written, world, exchange, from, to, lots));
}

/// Trades that must succeed.
#[track_caller]
pub fn trade(world: &mut World, exchange: &Exchange, first: &Trader, second: &Trader, leg: TradeLeg) {
    done(world.block(exchange, first, second, &[leg]));
}

/// Lets accounts follow whatever has happened to their cash and claims.
pub fn refresh(world: &mut World, exchange: &Exchange, accounts: &[Pubkey]) {
    for account in accounts {
        let refresh = refreshing(world, exchange, account);
        done(world.svm.send(&[limit(), refresh], &[]));
    }
}

/// The instruction of that for one of them.
pub fn refreshing(world: &mut World, exchange: &Exchange, account: &Pubkey) -> Instruction {
    let [markets, risks] = world.needs(exchange, &[*account], &[]);
    let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
    account_program::refresh_account(&exchange.group(), account, &numbers)
}

/// All money of an exchange whose accounts are given, in its vault and the fund's. On the way everything is added up: what
/// accounts have is what the group says, and what some have won with Bitcoin is what others have lost, to the unit.
#[track_caller]
pub fn sums(world: &mut World, exchange: &Exchange, accounts: &[Pubkey]) -> i64 {
    let group = exchange.group();
    let held = vault(world, exchange);
    let fund = world.insurance(exchange);
    let insured = world.tokens(&fund.vault);
    assert_eq!(insured, fund.assets, "the fund's vault holds what the fund owns");
    let market = world.market(&group, BTC);
    let (mut cash, mut won, mut lost, mut entries, mut lots) = (0, 0u64, 0u64, 0, 0);
    for account in accounts {
        let account = world.margin_account(account);
        cash += account.cash;
        won += account.unpaid(BTC).max(0).unsigned_abs();
        lost += account.unpaid(BTC).min(0).unsigned_abs();
        for leg in account.legs.iter().filter(|leg| leg.kind == 1) {
            (entries, lots) = (entries + leg.entry_value, lots + leg.quantity);
        }
    }
    let state: ballast_interface::account::Group = world.typed(&group);
    assert_eq!((state.cash, state.uncounted), (cash, market.pool as i64), "cash and pools");
    assert_eq!((market.unpaid, market.owed, lots), (won, lost, 0), "profits and losses");
    // What is open is lots by the price less what they cost, and there are as many lots on either side.
    let zero = won as i64 - lost as i64 - market.pool as i64 - market.cut - entries;
    assert_eq!(zero, 0, "what some win others lose");
    held + insured as i64
}

/// Whether an account's rescue has ended, and its auction is gone.
pub fn is_over(world: &mut World, account: &Pubkey) -> bool {
    let gone = world.svm.account(&seeds::find_auction(account).0).is_none_or(|found| found.data.is_empty());
    gone && !world.is_latched(account)
}

/// Refuses books that do not add up to the unit, as `ballast-audit` sees them: all margin accounts are given, and all who
/// have staked.
#[track_caller]
pub fn audited(world: &mut World, exchange: &Exchange, accounts: &[Pubkey], stakers: &[&Trader]) {
    let stakers: Vec<_> = stakers.iter().map(|trader| trader.key.pubkey()).collect();
    let places = Places::new(&exchange.group(), &exchange.risk.markets, accounts, &stakers);
    let now = world.svm.now();
    let fetch = |address: &Pubkey| world.svm.account(address).map(|found| (found.owner, found.data));
    let books = Books::read(&places, now, fetch).expect("all books can be read");
    for residual in audit(&books) {
        assert!(residual.holds(), "{}: {residual}", residual.name);
    }
}

/// What all rescues of a group share: the group, the fund, and both vaults, to the byte.
pub fn shared(world: &mut World, exchange: &Exchange) -> [Option<Account>; 4] {
    let group = exchange.group();
    let fund = seeds::find_fund(&group).0;
    let keys = [group, seeds::find_vault(&group).0, fund, seeds::find_fund_vault(&fund).0];
    keys.map(|key| world.svm.account(&key))
}

/// What is counted of an account's cash, and what stands beside it.
pub fn beside(world: &mut World, account: &Pubkey) -> (i64, i64) {
    let account = world.margin_account(account);
    (account.counted, account.uncounted)
}

/// Puts so much beside what is counted of an account's cash, past all rules; the group knows nothing of that.
pub fn plant_beside(world: &mut World, account: &Pubkey, amount: i64) {
    let book = world.margin_account(account);
    let worth = book.cash - book.uncounted;
    world.overwrite(account, &MarginAccount { cash: worth + amount, uncounted: amount, ..book });
}

/// Tries something, and then puts back what it may have changed of a group, of Bitcoin's market, and of some accounts with
/// their auctions; only the time goes on.
pub fn put_back<T>(
    world: &mut World,
    exchange: &Exchange,
    accounts: &[&Pubkey],
    attempt: impl FnOnce(&mut World) -> T,
) -> T {
    let group = exchange.group();
    let fund = seeds::find_fund(&group).0;
    let mut keys = vec![group, seeds::find_vault(&group).0, fund, seeds::find_fund_vault(&fund).0];
    keys.extend([seeds::find_market(&group, BTC).0, seeds::find_market_risk(&group, BTC).0]);
    keys.push(price_account(&group, BTC));
    keys.extend(accounts.iter().flat_map(|account| [**account, seeds::find_auction(account).0]));
    let kept: Vec<_> = keys.iter().map(|key| world.svm.account(key)).collect();
    let found = attempt(world);
    for (key, kept) in keys.iter().zip(kept) {
        world.svm.set_account(key, kept.unwrap_or_default());
    }
    found
}
