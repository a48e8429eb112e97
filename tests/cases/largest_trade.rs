//! Two of the largest accounts that there can be trade eight legs with each other: within the heap that a program has
//! without asking, the compute units of a transaction, and, with a lookup table, the bytes of one.

use ballast_interface::{
    account::{instructions as account_program, Leg, OrderLeg, SettleFillsArgs, TradeLeg},
    seeds,
};
use ballast_testkit::{limit, Keypair, Signer, World, DOLLAR, FRIDAYS, LARGEST, PRICES};
use bytemuck::Zeroable;
use solana_message::{v0, AddressLookupTableAccount, VersionedMessage};

ballast_testkit::on_every_svm!(the_largest_accounts_trade);

fn the_largest_accounts_trade(world: &mut World) {
    let exchange = world.broad_exchange(&LARGEST);
    let (now, markets) = (world.svm.now(), LARGEST.numbers());
    let long = world.trader(&exchange, "long", 500_000_000 * DOLLAR);
    let short = world.trader(&exchange, "short", 500_000_000 * DOLLAR);
    world.fill_up(&exchange, &long, &LARGEST, now, 1);
    world.fill_up(&exchange, &short, &LARGEST, now, -1);

    // Half of eight options that both hold is given back.
    let legs: Vec<TradeLeg> = (0..8).map(|place| back(place, now, 100, 100)).collect();
    let done = world.block(&exchange, &long, &short, &legs).unwrap_or_else(|failure| panic!("{failure:#?}"));
    world.detail("compute units", done.compute_units);
    assert!(done.compute_units < 1_400_000);
    assert_eq!(world.margin_account(&long.account).legs[1].quantity, 100);

    // Under its initial margin the account may still give more of them back, to somebody of ordinary size: that asks for
    // one opinion more, and three on the largest accounts would not fit.
    world.step("The short side loses its cash to the vault's other depositors, past all rules.");
    world.impoverish(&exchange, &short, 545_000 * DOLLAR);
    let report = world.assess(&exchange.risk, &short.account, &markets);
    world.detail("room", report.room.get() / 10_000_000_000);
    world.detail("health", report.health.get() / 10_000_000_000);
    assert!(report.room.get() < 0, "the account is short of initial margin");
    let dealer = world.trader(&exchange, "dealer", 500_000 * DOLLAR);
    let legs: Vec<TradeLeg> = (0..8).map(|place| back(place, now, 5, 79)).collect();
    let done =
        world.block(&exchange, &dealer, &short, &legs).unwrap_or_else(|failure| panic!("{failure:#?}"));
    world.detail("compute units", done.compute_units);
    assert!((900_000..1_400_000).contains(&done.compute_units), "three opinions: {}", done.compute_units);
    assert_eq!(world.margin_account(&short.account).legs[1].quantity, -95);
    let report = world.assess(&exchange.risk, &short.account, &markets);
    assert!(report.room.get() < 0, "the account is still short of initial margin");
}

/// The place's option of the first market: four strikes on each of the first two dates.
fn option(place: u64, now: i64) -> Leg {
    let (date, step) = (place as usize / 5, place % 5);
    let strike = PRICES[0] * (80 + 10 * step) / 100 * 100_000_000;
    Leg { market: 1, kind: 3, expiry: now + FRIDAYS[date], strike, quantity: 200, ..Leg::zeroed() }
}

fn back(place: u64, now: i64, lots: i64, price: u64) -> TradeLeg {
    let Leg { market, kind, expiry, strike, .. } = option(place, now);
    TradeLeg { number: market, kind, expiry, strike, lots: -lots, price: price * DOLLAR as u64 }
}

/// A fill of eight legs over all of its accounts, as a transaction of version 0 with a lookup table.
#[test]
fn a_fill_of_eight_legs_fits_a_packet() {
    let group = Keypair::new_from_array([1; 32]).pubkey();
    let (operator, payer) = (Keypair::new_from_array([2; 32]), Keypair::new_from_array([3; 32]));
    let traders = [Keypair::new_from_array([4; 32]), Keypair::new_from_array([5; 32])];
    let legs = |side: i32| {
        let leg = |strike: u64| OrderLeg { number: 1, kind: 3, expiry: 1_800_000_000, strike, lots: side };
        (1..=8).map(|step| leg(step * 1_000)).collect::<Vec<_>>()
    };
    let order = |place: usize, side| ballast_interface::account::Order {
        domain: ballast_interface::account::ORDER_DOMAIN,
        margin_account: seeds::find_margin_account(&group, &traders[place].pubkey(), 0).0,
        venue: 1,
        nonce: 1,
        expires_at: 1_800_000_000,
        units: 10,
        limit: 1_000,
        max_fee: 10,
        reduce_only: false,
        legs: legs(side),
    };
    let args = SettleFillsArgs {
        maker: order(0, 1),
        taker: order(1, -1),
        maker_units: 10,
        taker_units: 10,
        prices: vec![1; 8],
        maker_fee: 1,
        taker_fee: 1,
    };
    let numbers = account_program::Numbers { markets: &[1, 2, 3, 4], banks: &[], risks: &[1, 2, 3, 4, 5, 6] };
    let settle = account_program::settle_fills(&group, 1, &operator.pubkey(), &args, &numbers);
    let sign = ballast_testkit::sign_orders([&traders[0], &traders[1]], &args, 2);
    let table = AddressLookupTableAccount {
        key: Keypair::new_from_array([6; 32]).pubkey(),
        addresses: settle.accounts.iter().filter(|meta| !meta.is_signer).map(|meta| meta.pubkey).collect(),
    };
    // The venue pays for itself.
    let _ = payer;
    let message =
        v0::Message::try_compile(&operator.pubkey(), &[limit(), sign, settle], &[table], Default::default());
    let message = VersionedMessage::V0(message.expect("it compiles"));
    // One signature, counted in one byte, in front of the message.
    let bytes = 1 + 64 + message.serialize().len();
    println!("a fill of eight legs takes {bytes} bytes");
    assert!(bytes <= 1_232, "{bytes} bytes");
}
