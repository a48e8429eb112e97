//! Pools: losers pay first, and what winners get is what losers have paid.

use crate::stage::{bitcoin_exchange, cash, done, perp, price, refused, unpaid, usd, vault, COIN};
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, GroupRules, TradeLeg,
    },
    risk::Preset,
};
use ballast_testkit::{group_rules, limit, Exchange, Signer, Trader, World, BTC, DOLLAR, ETH};

ballast_testkit::on_every_svm!(
    a_gain_is_paid_when_its_loser_pays,
    a_loss_becomes_debt_while_the_account_is_healthy,
    no_more_loss_becomes_debt_than_the_group_lends,
    no_loss_becomes_debt_while_funding_is_hidden,
);

fn pool(world: &mut World, exchange: &Exchange) -> [u64; 3] {
    let market = world.market(&exchange.group(), BTC);
    [market.pool, market.unpaid, market.owed]
}

/// Deposits cash and settles with Bitcoin's pool on the way.
fn pay_in(world: &mut World, exchange: &Exchange, who: &Trader, dollars: u64) {
    let (group, owner, amount) = (exchange.group(), who.key.pubkey(), dollars * DOLLAR as u64);
    world.mint_to(&who.purse, amount);
    let deposit = account_program::deposit(&group, &who.account, 0, 0, &who.purse, &owner, amount, &[BTC]);
    let sent = done(world.svm.send(&[deposit], &[&who.key]));
    world.detail("compute units", sent.compute_units);
}

fn a_gain_is_paid_when_its_loser_pays(world: &mut World) {
    let exchange = bitcoin_exchange(world, &[]);
    let [alice, carol] = ["alice", "carol"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let bob = world.trader(&exchange, "bob", usd(1_000));
    world.deposit_token(&exchange, &bob, 1, COIN);
    world.step("Alice buys a perp on one Bitcoin from Bob, who has a coin and 1 000 dollars");
    done(world.block(&exchange, &alice, &bob, &[perp(100, usd(950))]));

    world.step("At 100 000 she sells it to Carol: a gain of 5 000, for which nobody has paid yet");
    price(world, &exchange, 100_000);
    done(world.block(&exchange, &alice, &carol, &[perp(-100, usd(1_000))]));
    let all = [&alice.account, &bob.account, &carol.account];
    assert_eq!(cash(world, all), [usd(50_000), usd(1_000), usd(50_000)]);
    assert_eq!(unpaid(world, all), [usd(5_000), 0, 0]);
    assert_eq!(pool(world, &exchange), [0, 5_000_000_000, 0]);
    refused(world.settle(&exchange, &alice.account), AccountError::NothingToSettle);
    // Half of a gain counts: with 2 500 of it she could borrow, and with no more.
    refused(world.withdraw_cash(&exchange, &alice, 55_000_000_000), AccountError::MarginShort);
    refused(world.withdraw_cash(&exchange, &alice, 52_500_000_001), AccountError::MarginShort);

    world.step("Bob buys it back from Carol: all his cash goes to the pool, 4 000 he owes");
    done(world.block(&exchange, &bob, &carol, &[perp(100, usd(1_000))]));
    assert_eq!(
        (cash(world, all), unpaid(world, all)),
        ([usd(50_000), 0, usd(50_000)], [usd(5_000), usd(-4_000), 0],)
    );
    assert_eq!(pool(world, &exchange), [1_000_000_000, 5_000_000_000, 4_000_000_000]);
    done(world.settle(&exchange, &alice.account));
    assert_eq!((cash(world, all)[0], unpaid(world, all)[0]), (usd(51_000), usd(4_000)));
    assert_eq!(pool(world, &exchange), [0, 4_000_000_000, 4_000_000_000]);

    world.step("Bob brings 1 500 dollars, then 3 000: what he owes is paid out of them");
    pay_in(world, &exchange, &bob, 1_500);
    assert_eq!((cash(world, all)[1], unpaid(world, all)[1]), (0, usd(-2_500)));
    pay_in(world, &exchange, &bob, 3_000);
    assert_eq!((cash(world, all)[1], unpaid(world, all)[1]), (usd(500), 0));
    assert_eq!(pool(world, &exchange), [4_000_000_000, 4_000_000_000, 0]);
    assert_eq!(vault(world, &exchange), usd(105_500));

    world.step("Now Alice withdraws all of it: what losers have paid in leaves at once");
    done(world.withdraw_cash(&exchange, &alice, 55_000_000_000));
    assert_eq!((cash(world, all), unpaid(world, all)), ([0, usd(500), usd(50_000)], [0; 3]));
    assert_eq!((pool(world, &exchange), vault(world, &exchange)), ([0; 3], usd(50_500)));
}

/// Bob has a coin and 1 000 dollars, and is long perps on two Bitcoin, which Carol is short.
fn leveraged(world: &mut World) -> (Exchange, Trader, Trader) {
    let exchange = bitcoin_exchange(world, &[]);
    let bob = world.trader(&exchange, "bob", usd(1_000));
    let carol = world.trader(&exchange, "carol", usd(200_000));
    world.deposit_token(&exchange, &bob, 1, COIN);
    done(world.block(&exchange, &bob, &carol, &[perp(200, usd(950))]));
    (exchange, bob, carol)
}

fn is_healthy(world: &mut World, exchange: &Exchange, who: &Trader) -> bool {
    world.assess(&exchange.risk, &who.account, &[BTC]).health.get() >= 0
}

fn a_loss_becomes_debt_while_the_account_is_healthy(world: &mut World) {
    let (exchange, bob, carol) = leveraged(world);
    let both = [&bob.account, &carol.account];
    world
        .step("Bitcoin falls to 70 000; Bob sells half of his perps: 25 000 are lost, of which he has 1 000");
    price(world, &exchange, 70_000);
    assert!(!is_healthy(world, &exchange, &bob));
    done(world.block(&exchange, &bob, &carol, &[perp(-100, usd(700))]));
    assert_eq!((cash(world, both), unpaid(world, both)), ([0, usd(201_000)], [usd(-24_000), usd(24_000)]));

    world.step("He is short of margin still: nobody lends him what he owes");
    assert!(!is_healthy(world, &exchange, &bob));
    refused(world.settle(&exchange, &bob.account), AccountError::MarginShort);
    refused(world.settle(&exchange, &carol.account), AccountError::NothingToSettle);

    world.step("Bitcoin comes back to 80 000; while the price is stale, nothing changes");
    price(world, &exchange, 80_000);
    assert!(is_healthy(world, &exchange, &bob));
    world.svm.pass(61);
    refused(world.settle(&exchange, &bob.account), AccountError::FeedsForbid);
    price(world, &exchange, 80_000);

    world.step("At a good price the loss becomes debt, and Carol is paid");
    let sent = done(world.settle(&exchange, &bob.account));
    world.detail("compute units", sent.compute_units);
    assert_eq!((cash(world, both), unpaid(world, both)), ([usd(-24_000), usd(201_000)], [0, usd(24_000)]));
    done(world.settle(&exchange, &carol.account));
    assert_eq!((cash(world, both), unpaid(world, both)), ([usd(-24_000), usd(225_000)], [0; 2]));
    assert_eq!((pool(world, &exchange), vault(world, &exchange)), ([0; 3], usd(201_000)));
}

fn no_more_loss_becomes_debt_than_the_group_lends(world: &mut World) {
    let (exchange, bob, carol) = leveraged(world);
    let both = [&bob.account, &carol.account];
    let authority = exchange.risk.authority.insecure_clone();
    let rules = GroupRules { borrow_cap: 10_000 * DOLLAR as u64, ..group_rules() };
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &rules);
    done(world.svm.send(&[change], &[&authority]));
    price(world, &exchange, 85_000);
    done(world.block(&exchange, &bob, &carol, &[perp(-200, usd(850))]));
    world.step("Of a loss of 20 000 Bob has paid 1 000; the group lends 10 000 in all");
    done(world.settle(&exchange, &bob.account));
    assert_eq!(
        (cash(world, both), unpaid(world, both)),
        ([usd(-10_000), usd(201_000)], [usd(-9_000), usd(19_000)])
    );
    refused(world.settle(&exchange, &bob.account), AccountError::NothingToSettle);
    done(world.settle(&exchange, &carol.account));
    assert_eq!(
        (cash(world, both), unpaid(world, both)),
        ([usd(-10_000), usd(211_000)], [usd(-9_000), usd(9_000)])
    );
    world.step("What he brings pays debt first, then the pool");
    pay_in(world, &exchange, &bob, 12_000);
    assert_eq!((cash(world, both), unpaid(world, both)), ([0, usd(211_000)], [usd(-7_000), usd(9_000)]));
    done(world.settle(&exchange, &carol.account));
    assert_eq!((cash(world, both), unpaid(world, both)), ([0, usd(213_000)], [usd(-7_000), usd(7_000)]));
    assert_eq!(
        (pool(world, &exchange), vault(world, &exchange)),
        ([0, 7_000_000_000, 7_000_000_000], usd(213_000))
    );
}

/// Funding of a perp can be beyond what health shows as long as its market is not given.
fn no_loss_becomes_debt_while_funding_is_hidden(world: &mut World) {
    let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
    world.set_price(&exchange.risk, ETH, 3_400_00000000);
    price(world, &exchange, 95_000);
    let alice = world.trader(&exchange, "alice", usd(50_000));
    let carol = world.trader(&exchange, "carol", 0);
    world.deposit_token(&exchange, &carol, 1, COIN);
    world.step("Carol, who has a coin and no cash, buys five ETH, and loses 100 dollars with Bitcoin");
    let of_eth = TradeLeg { number: ETH, ..perp(500, usd(34)) };
    done(world.block(&exchange, &carol, &alice, &[of_eth]));
    done(world.block(&exchange, &carol, &alice, &[perp(10, usd(950))]));
    price(world, &exchange, 94_000);
    done(world.block(&exchange, &carol, &alice, &[perp(-10, usd(940))]));
    assert_eq!(unpaid(world, [&carol.account]), [usd(-100)]);

    world.step("Without ETH's market nobody lends her what she lost");
    let group = exchange.group();
    let settle = |markets: &[u16], risks: &[u16]| {
        account_program::settle_account(&group, &carol.account, &Numbers { markets, banks: &[], risks })
    };
    refused(world.svm.send(&[limit(), settle(&[BTC], &[BTC, ETH])], &[]), AccountError::MarketMissing);
    // Without any opinion there is no loan, and so nothing to settle.
    refused(world.svm.send(&[settle(&[BTC], &[])], &[]), AccountError::NothingToSettle);
    done(world.svm.send(&[limit(), settle(&[BTC, ETH], &[BTC, ETH])], &[]));
    assert_eq!((cash(world, [&carol.account]), unpaid(world, [&carol.account])), ([usd(-100)], [0]));
}
