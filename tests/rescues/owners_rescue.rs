//! An owner who helps himself while others rescue his account: with money, with a repayment, with a trade.

use crate::{
    keepers::{ask, liquidated, lots, lots_of, margins, prices, refused_as, report, share_up, terms, UNIT},
    stage::{bitcoin_exchange, call, cash, done, perp, price, put, usd, vault, COIN, NEXT_FRIDAY},
};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, TradeLeg,
    },
    liquidation::{LiquidateArgs, LiquidationError},
    risk::RiskError,
};
use ballast_testkit::{
    limit, rescue_rules, Exchange, Failure, Instruction, Outcome, Signer, Trader, World, BTC, DOLLAR,
};

ballast_testkit::on_every_svm!(
    he_pays_in_what_is_missing,
    he_closes_a_part_himself,
    a_deposit_just_before_a_keeper,
    a_debtor_repays,
    meanwhile_nothing_leaves_or_grows,
);

struct Scene {
    exchange: Exchange,
    ann: Trader,
    ben: Trader,
    kim: Trader,
}

fn scene(world: &mut World) -> Scene {
    let exchange = bitcoin_exchange(world, &[NEXT_FRIDAY]);
    world.create_fund(&exchange, &rescue_rules());
    let [ann, ben, kim] = [("ann", 20_000), ("ben", 500_000), ("kim", 100_000)]
        .map(|(name, money)| world.trader(&exchange, name, usd(money)));
    world.step(
        "Ann sells a strangle of 100 lots to Ben; Bitcoin falls to 80 000, and somebody begins her rescue",
    );
    let legs = [put(NEXT_FRIDAY, 90_000, -100, 12 * DOLLAR), call(NEXT_FRIDAY, 100_000, -100, 14 * DOLLAR)];
    done(world.block(&exchange, &ann, &ben, &legs));
    prices(world, &exchange, &[92_000, 89_000, 86_000, 83_000, 80_000]);
    done(world.begin(&exchange, &ann.account));
    Scene { exchange, ann, ben, kim }
}

/// Ann's deposit out of her purse.
fn paying_in(exchange: &Exchange, who: &Trader, amount: i64) -> Instruction {
    let owner = who.key.pubkey();
    account_program::deposit(&exchange.group(), &who.account, 0, 0, &who.purse, &owner, amount as u64, &[])
}

fn pays_in(world: &mut World, exchange: &Exchange, who: &Trader, amount: i64) {
    done(world.svm.send(&[paying_in(exchange, who, amount)], &[&who.key]));
}

/// What an account lacks to its target, in whole quote units rounded up.
fn missing(world: &mut World, exchange: &Exchange, who: &Trader) -> i64 {
    let now = margins(&report(world, exchange, &who.account));
    let gap = share_up(rescue_rules().target, now.initial.0 - now.maintenance.0);
    let lacks = gap - now.health().0;
    ((lacks + UNIT - 1) / UNIT) as i64
}

fn puts(world: &mut World, ann: &Trader, units: u32) -> LiquidateArgs {
    lots_of(world, &ann.account, |leg| leg.kind == 4, units, 0)
}

fn he_pays_in_what_is_missing(world: &mut World) {
    let Scene { exchange, ann, kim, .. } = scene(world);
    let starter = ballast_testkit::actor("starter").pubkey();
    let lamports = |world: &mut World| world.svm.account(&starter).map_or(0, |account| account.lamports);
    let poorer = lamports(world);
    world.step(
        "Ann is above her maintenance margin after a deposit: that ends nothing, she is below her target",
    );
    let health = report(world, &exchange, &ann.account).health.get();
    let enough = (-health / UNIT) as i64 + 1;
    pays_in(world, &exchange, &ann, enough);
    assert!(report(world, &exchange, &ann.account).health.get() > 0);
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    assert!(world.is_latched(&ann.account));

    world.step("A keeper takes two puts, for he still may; she needs less than before");
    world.svm.pass(30);
    let before = missing(world, &exchange, &ann);
    let two = puts(world, &ann, 2);
    done(world.liquidate(&exchange, &ann.account, &kim, &two));
    let lacks = missing(world, &exchange, &ann);
    world.detail("missing", lacks);
    assert!(0 < lacks && lacks < before && world.is_latched(&ann.account));

    world.step("All but a unit of the rest is not enough; with the last unit anybody may end it");
    pays_in(world, &exchange, &ann, lacks - 1);
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    pays_in(world, &exchange, &ann, 1);
    assert_eq!(missing(world, &exchange, &ann), 0);
    // Nobody signs but who pays the transaction's fee.
    let sent = done(world.end_rescue(&exchange, &ann.account));
    world.detail("compute units", sent.compute_units);
    assert!(!world.is_latched(&ann.account));
    assert_eq!(lots(world, &ann.account), [-98, -100]);
    world.step("Who began it has the auction's rent back");
    let rent = world.svm.rent(ballast_interface::liquidation::Auction::SIZE);
    assert_eq!(lamports(world), poorer + rent);
    let auction = ballast_interface::seeds::find_auction(&ann.account).0;
    assert!(world.svm.account(&auction).is_none_or(|left| left.lamports == 0));
    let gone = world.end_rescue(&exchange, &ann.account);
    assert!(gone.is_err(), "it ends once");
    assert_eq!(vault(world, &exchange), usd(620_000) + enough + lacks);
}

fn he_closes_a_part_himself(world: &mut World) {
    let Scene { exchange, ann, ben, kim } = scene(world);
    world.svm.pass(30);
    let one = puts(world, &ann, 1);
    let mark = ask(world, &exchange, &ann.account, &one, None).prices[0] as i64 / 100 * 100;
    world.step("Ann cannot sell more, nor buy back at a price that gives money away");
    let again = |lots, price| [put(NEXT_FRIDAY, 90_000, lots, price)];
    let more = world.block(&exchange, &ann, &ben, &again(-1, mark));
    refused_as(more, AccountError::UnderLiquidation);
    let gift = world.block(&exchange, &ann, &ben, &again(10, 2 * mark));
    refused_as(gift, AccountError::PriceUnfair);

    world.step("She buys ten puts back from Ben at the mark, a keeper takes another one");
    done(world.block(&exchange, &ann, &ben, &again(10, mark)));
    assert!(world.is_latched(&ann.account) && missing(world, &exchange, &ann) > 0);
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    done(world.liquidate(&exchange, &ann.account, &kim, &one));

    world.step("Then she buys another six: as much as a keeper would have taken, without his fee");
    done(world.block(&exchange, &ann, &ben, &again(6, mark)));
    assert!(missing(world, &exchange, &ann) <= 0);
    let five = puts(world, &ann, 5);
    refused_as(world.liquidate(&exchange, &ann.account, &kim, &five), RiskError::AboveTarget);
    done(world.end_rescue(&exchange, &ann.account));
    assert_eq!(lots(world, &ann.account), [-83, -100]);
    assert_eq!(lots(world, &ben.account), [84, 100]);

    world.step("Released, she is an account like any other that is short of initial margin");
    refused_as(world.begin(&exchange, &ann.account), LiquidationError::Healthy);
    let more = world.block(&exchange, &ann, &ben, &again(-1, mark));
    refused_as(more, AccountError::HealthFalls);
    done(world.block(&exchange, &ann, &ben, &again(1, mark)));
    assert_eq!(vault(world, &exchange), usd(620_000));
}

fn a_deposit_just_before_a_keeper(world: &mut World) {
    let Scene { exchange, ann, kim, .. } = scene(world);
    world.svm.pass(30);
    let asked = puts(world, &ann, 100);
    let rules = terms(&rescue_rules(), 30);
    let quote = ask(world, &exchange, &ann.account, &asked, rules);
    let (would, paid) = (quote.units, quote.transfer.get());
    let lacks = missing(world, &exchange, &ann);
    world.step("Half of what is missing lands before Kim's transaction: she gets about half of the puts");
    pays_in(world, &exchange, &ann, lacks / 2);
    let now = ask(world, &exchange, &ann.account, &asked, rules).units;
    world.detail("puts before", would);
    world.detail("and then", now);
    assert!(would / 2 <= now && now <= would / 2 + 1);
    let event = liquidated(&done(world.liquidate(&exchange, &ann.account, &kim, &asked)));
    assert_eq!((event.units, event.restores), (now, true));
    // And about half of what she would have got.
    assert!(i128::from(event.paid) * i128::from(would) <= paid / UNIT * i128::from(now));

    world.step("Bitcoin falls further; this time all that is missing lands before her, and she gets nothing");
    prices(world, &exchange, &[78_000, 76_000, 74_000]);
    done(world.begin(&exchange, &ann.account));
    // A unit more: a quote weighs what may be closed apart from what stays, and rounds more than a report.
    let lacks = missing(world, &exchange, &ann) + 1;
    let asked = puts(world, &ann, 50);
    let take = world.liquidation(&exchange, &ann.account, &kim, &asked);
    let steps = [limit(), paying_in(&exchange, &ann, lacks), take];
    let sent = world.svm.send(&steps, &[&ann.key, &kim.key]);
    refused_as(sent, RiskError::AboveTarget);
    pays_in(world, &exchange, &ann, lacks);
    refused_as(world.liquidate(&exchange, &ann.account, &kim, &asked), RiskError::AboveTarget);

    world.step("What she paid in cannot be taken out again before the rescue is over, nor after, as far as it is needed");
    let out = world.withdraw_cash(&exchange, &ann, lacks as u64);
    refused_as(out, AccountError::UnderLiquidation);
    done(world.end_rescue(&exchange, &ann.account));
    let out = world.withdraw_cash(&exchange, &ann, lacks as u64);
    refused_as(out, AccountError::MarginShort);
    vault(world, &exchange);
}

/// Ann holds a coin and owes dollars; without positions, money is what helps her, or the sale of her coin.
fn a_debtor_repays(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    world.create_fund(&exchange, &rescue_rules());
    world.trader(&exchange, "ben", usd(200_000));
    let [ann, kim] = ["ann", "kim"].map(|name| world.trader(&exchange, name, usd(10_000)));
    world.step("Ann has 10 000 dollars and a coin, and takes 82 000 dollars out");
    world.deposit_token(&exchange, &ann, 1, COIN);
    done(world.withdraw_cash(&exchange, &ann, usd(82_000) as u64));
    assert_eq!(cash(world, [&ann.account]), [usd(-72_000)]);
    world.step("Bitcoin falls to 84 000, and somebody begins her rescue");
    prices(world, &exchange, &[91_000, 88_000, 84_000]);
    done(world.begin(&exchange, &ann.account));
    world.step("She may not borrow more; she repays a part, and a keeper buys a part of her coin");
    refused_as(world.withdraw_cash(&exchange, &ann, 1), AccountError::UnderLiquidation);
    let lacks = missing(world, &exchange, &ann);
    world.detail("missing", lacks);
    assert!(lacks > usd(100));
    pays_in(world, &exchange, &ann, lacks / 4);
    refused_as(world.end_rescue(&exchange, &ann.account), LiquidationError::BelowTarget);
    done(world.swap_collateral(&exchange, &ann.account, &kim, 1, COIN / 100));
    let rest = missing(world, &exchange, &ann);
    assert!(0 < rest && rest < lacks * 3 / 4 && world.is_latched(&ann.account));
    assert_eq!(world.margin_account(&kim.account).token_amount(1), COIN / 100);

    world.step("She repays the rest: interest grows by the second, so a cent more than is missing now");
    pays_in(world, &exchange, &ann, rest + 10_000);
    done(world.end_rescue(&exchange, &ann.account));
    assert!(!world.is_latched(&ann.account));
    assert_eq!(world.margin_account(&ann.account).token_amount(1), COIN - COIN / 100);

    world.step("Another fall, and she repays all of her debt: without any, nothing can go wrong");
    prices(world, &exchange, &[80_000, 76_000, 72_000]);
    done(world.begin(&exchange, &ann.account));
    let [owed] = cash(world, [&ann.account]);
    let key = ann.key.insecure_clone();
    let purse = world.purse(&exchange.dollar, &key, "ann's savings", -owed as u64 + 1_000_000);
    let savings = Trader { purse, ..ann };
    pays_in(world, &exchange, &savings, -owed + 1_000_000);
    done(world.end_rescue(&exchange, &savings.account));
    assert!(cash(world, [&savings.account])[0] > 0);
}

fn meanwhile_nothing_leaves_or_grows(world: &mut World) {
    let Scene { exchange, ann, ben, .. } = scene(world);
    let group = exchange.group();
    let other = world.open_account(&group, &ann.key, &ann.key, 1).0;
    let owner = ann.key.pubkey();
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let attempts = |world: &mut World| -> Vec<Result<Outcome, Failure>> {
        let transfer = account_program::transfer(&group, &ann.account, &other, 0, &owner, 1, &numbers);
        let legs: [TradeLeg; 3] = [
            put(NEXT_FRIDAY, 90_000, -1, 108 * DOLLAR),
            call(NEXT_FRIDAY, 110_000, 1, DOLLAR),
            perp(1, usd(800)),
        ];
        let mut sent =
            vec![world.withdraw_cash(&exchange, &ann, 1), world.svm.send(&[limit(), transfer], &[&ann.key])];
        sent.extend(legs.map(|leg| world.block(&exchange, &ann, &ben, &[leg])));
        sent
    };
    world.step("Ann can take nothing out or over, and open nothing, whatever it is");
    for sent in attempts(world) {
        refused_as(sent, AccountError::UnderLiquidation);
    }
    world.step("With money enough for all of that she cannot either, until the rescue has been ended");
    pays_in(world, &exchange, &ann, usd(10_000));
    for sent in attempts(world) {
        refused_as(sent, AccountError::UnderLiquidation);
    }
    done(world.end_rescue(&exchange, &ann.account));
    price(world, &exchange, 80_000);
    for sent in attempts(world) {
        done(sent);
    }
    assert_eq!(vault(world, &exchange), usd(630_000) - 1);
}
