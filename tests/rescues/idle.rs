//! Auctions that stand still: from whoever was restored nothing more is taken while he has his maintenance margin, whichever
//! form the taking had that restored him. The limit lies between two prices that are a 10^-8 of a dollar apart.

use crate::{
    collateral_sale::{bounds, near},
    stage::{done, price, refused, unpaid, usd, COIN},
    tally::{declined, is_over, plant_beside, put_back, refresh, take_as, take_counted},
    uncounted::{long, owing_coins},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{AccountError, Order, OrderLeg},
    liquidation::{Auction, DeleverageArgs, Hop, LiquidationError as No, SwapCollateralArgs},
    seeds,
};
use ballast_testkit::{Exchange, Failure, Form, Outcome, World, BTC};

ballast_testkit::on_every_svm!(
    positions_are_left_alone_down_to_maintenance,
    coins_are_left_alone_down_to_maintenance,
    no_hop_is_made_for_who_has_maintenance,
    hops_begin_anew_with_the_auction,
);

const FORMS: [Form; 2] = [Form::Read, Form::Written];
/// A taking goes by its quote, which weighs a book in two parts and rounds otherwise than a report does: that may be worth a
/// 10^-7 of a dollar of the price.
const HAIR: i64 = 10;

/// Something that is tried in either form.
type Step<'a> = dyn Fn(&mut World, Form) -> Result<Outcome, Failure> + 'a;

/// An account's health at a price in 10^-8 dollars, with funding up to now.
fn health(world: &mut World, exchange: &Exchange, account: &Pubkey, price: i64) -> i128 {
    put_back(world, exchange, &[account], |world| {
        world.set_price(&exchange.risk, BTC, price);
        refresh(world, exchange, &[*account]);
        world.assess(&exchange.risk, account, &[BTC]).health.get()
    })
}

/// The highest price, in 10^-8 dollars, at which an account lacks maintenance margin now, between two in dollars.
fn brink(world: &mut World, exchange: &Exchange, account: &Pubkey, between: [i64; 2]) -> i64 {
    let [mut low, mut high] = between.map(|dollars| dollars * COIN as i64);
    assert!(health(world, exchange, account, low) < 0 && health(world, exchange, account, high) >= 0);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if health(world, exchange, account, middle) < 0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    // No more than a ten millionth of a dollar on either side.
    let sides = [low, high].map(|price| health(world, exchange, account, price));
    assert!((-1_000..0).contains(&sides[0]) && (0..1_000).contains(&sides[1]), "{sides:?}");
    low
}

/// Overwrites whether an auction stands still.
fn stand(world: &mut World, account: &Pubkey, idle: u8) {
    let (auction, place) = (world.auction(account), seeds::find_auction(account).0);
    world.overwrite(&place, &Auction { idle, ..auction });
}

/// Refuses an auction that did not begin anew right now.
#[track_caller]
fn runs(world: &mut World, account: &Pubkey) {
    let (auction, now) = (world.auction(account), world.svm.now());
    assert_eq!((auction.idle, auction.began_at, world.is_latched(account)), (0, now, true));
}

/// Tries `end` and steps that take something, on either side of the brink.
fn on_both_sides(
    world: &mut World,
    exchange: &Exchange,
    accounts: [&Pubkey; 2],
    between: [i64; 2],
    steps: &[&Step],
) {
    let account = accounts[0];
    let began = world.auction(account).began_at;
    world.svm.pass(60);
    let brink = brink(world, exchange, account, between);
    world.step(&format!("At {} maintenance margin is there, and the target is not", brink + 1));
    world.set_price(&exchange.risk, BTC, brink + 1 + HAIR);
    for form in FORMS {
        for step in steps {
            declined(step(world, form), No::Healthy);
            // Of one that runs more is taken, as far as its target.
            put_back(world, exchange, &accounts, |world| {
                stand(world, account, 0);
                declined(world.end_rescue_as(form, exchange, account), No::BelowTarget);
                done(step(world, form));
            });
        }
    }
    world.set_price(&exchange.risk, BTC, brink + 1);
    refused(world.end_rescue_as(Form::Read, exchange, account), AccountError::CashUncounted);
    put_back(world, exchange, &accounts, |world| {
        done(world.end_rescue_as(Form::Written, exchange, account));
        assert!(is_over(world, account));
        // As anybody else, she cannot be put under liquidation.
        declined(world.begin(exchange, account), No::Healthy);
    });
    let auction = world.auction(account);
    assert_eq!((auction.idle, auction.began_at), (1, began));

    world.step(&format!("At {brink} it is not: what goes on is another auction"));
    world.set_price(&exchange.risk, BTC, brink);
    for form in FORMS {
        for step in steps {
            put_back(world, exchange, &accounts, |world| {
                done(step(world, form));
                runs(world, account);
            });
        }
        put_back(world, exchange, &accounts, |world| {
            done(world.end_rescue_as(form, exchange, account));
            runs(world, account);
            declined(world.end_rescue_as(form, exchange, account), No::BelowTarget);
            for step in steps {
                done(step(world, form));
            }
        });
    }
    assert_eq!(world.auction(account).idle, 1);
}

fn positions_are_left_alone_down_to_maintenance(world: &mut World) {
    let (exchange, [lara, wes, kim]) = long(world, usd(20_000));
    let bob = world.trader(&exchange, "bob", usd(1_000));
    price(world, &exchange, 84_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 100));
    assert_eq!(world.auction(&lara.account).idle, 1);
    let kim = std::cell::RefCell::new(kim);
    let take = |world: &mut World, form| take_as(form, world, &exchange, &lara, &kim.borrow(), 1);
    let order = |world: &mut World, form| {
        let now = world.svm.now();
        let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
        let order = kim.borrow_mut().order(now, 1, usd(900), &[leg]);
        let order = Order { venue: Order::RESCUE_VENUE, max_fee: 0, ..order };
        let signed = (&order, &kim.borrow().key);
        world.liquidate_to_order_as(form, &exchange, &lara.account, signed, &bob.account, 1)
    };
    let taker = kim.borrow().account;
    on_both_sides(world, &exchange, [&lara.account, &taker], [76_000, 84_000], &[&take, &order]);

    world.step("However long it stands still, nobody is made to take over: it has not run");
    world.svm.pass(901);
    price(world, &exchange, 60_000);
    let leg = world.quote_leg(&lara.account, |_| true, 1);
    let args = DeleverageArgs { legs: vec![leg], units: 1 };
    for form in FORMS {
        let close =
            |world: &mut World| world.deleverage_as(form, &exchange, &lara.account, &wes.account, &args);
        declined(close(world), No::AuctionRuns);
        put_back(world, &exchange, &[&lara.account, &wes.account], |world| {
            stand(world, &lara.account, 0);
            done(close(world));
        });
    }
}

fn coins_are_left_alone_down_to_maintenance(world: &mut World) {
    let (exchange, [eve, kim]) = owing_coins(world, 84_500);
    let buy = |world: &mut World, form, amount| {
        let args = SwapCollateralArgs { amount, legs: vec![], units: 0 };
        world.swap_as(form, &exchange, &eve.account, &kim, 1, &args)
    };
    let report = world.assess(&exchange.risk, &eve.account, &[BTC]);
    let rest = near(bounds(&report, 84_500.0, 1.0)[1], 0.999_999);
    done(buy(world, Form::Read, rest));
    assert_eq!(world.auction(&eve.account).idle, 1);
    let some = |world: &mut World, form| buy(world, form, COIN / 1_000);
    // At her target, too, it is her maintenance margin that counts.
    for form in FORMS {
        declined(some(world, form), No::Healthy);
    }
    on_both_sides(world, &exchange, [&eve.account, &kim.account], [75_000, 84_500], &[&some]);
}

/// What somebody owes while he has maintenance margin is no loss.
fn no_hop_is_made_for_who_has_maintenance(world: &mut World) {
    let (exchange, [lara, _, kim]) = long(world, usd(20_000));
    price(world, &exchange, 84_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    done(take_as(Form::Read, world, &exchange, &lara, &kim, 100));
    world.svm.pass(60);
    // Her perps have won more than the 5 000 dollars and what she lost before that she owes.
    price(world, &exchange, 130_000);
    plant_beside(world, &lara.account, usd(-25_000));
    assert!(world.margin_account(&lara.account).owed() >= usd(5_000) as u64);
    assert!(world.assess(&exchange.risk, &lara.account, &[BTC]).health.get() >= 0);
    for (idle, why) in [(1, No::Healthy), (0, No::NotReduced)] {
        stand(world, &lara.account, idle);
        declined(world.resolve_bankruptcy(&exchange, &lara.account), why);
    }
}

/// Lara owes 5 000 dollars, and nobody has staked: the insurance's hop pays nothing.
fn hops_begin_anew_with_the_auction(world: &mut World) {
    let (exchange, [lara, _, kim]) = long(world, usd(20_000));
    price(world, &exchange, 70_000);
    done(world.begin_as(Form::Read, &exchange, &lara.account));
    take_counted(world, &exchange, &lara, &kim, 100);
    assert_eq!(unpaid(world, [&lara.account]), [usd(-5_000)]);
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    world.svm.pass(60);
    declined(world.resolve_bankruptcy(&exchange, &lara.account), No::HopEarly);
    stand(world, &lara.account, 1);
    done(world.resolve_bankruptcy(&exchange, &lara.account));
    runs(world, &lara.account);
    let (auction, now) = (world.auction(&lara.account), world.svm.now());
    assert_eq!((auction.hop, auction.hop_at), (Hop::Insurance as u8, now));
}
