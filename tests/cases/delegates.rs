//! Delegates: who trades for an owner, who may only reduce, and that nobody else moves money.

use crate::stage::{bitcoin_exchange, call, cash, done, of_unit, perp, price, refused, surface, usd, FRIDAY};
use anchor_lang::prelude::Pubkey;
use ballast_interface::account::{
    instructions::{self as account_program, Numbers},
    AccountError, Order, SetDelegateArgs, SettleFillsArgs, TradeLeg,
};
use ballast_testkit::{limit, Exchange, Failure, Keypair, Outcome, Signer, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(
    a_delegate_trades_until_the_delegation_ends,
    a_delegate_who_only_reduces,
    nobody_but_the_owner_moves_money,
    delegates_sign_orders,
    delegations_without_meaning,
);

const TRADE: u8 = 1;
const REDUCE: u8 = 2;
const HOUR: i64 = 3_600;

struct Scene {
    exchange: Exchange,
    alice: Trader,
    bob: Trader,
    /// May trade for Alice for an hour.
    dora: Keypair,
    /// May reduce for Alice for a day.
    rita: Keypair,
}

fn delegate(world: &mut World, who: &Trader, args: SetDelegateArgs) -> Result<Outcome, Failure> {
    let set = account_program::set_delegate(&who.account, &who.key.pubkey(), &args);
    world.svm.send(&[set], &[&who.key])
}

fn scene(world: &mut World) -> Scene {
    let exchange = bitcoin_exchange(world, &[FRIDAY]);
    let [alice, bob] = ["alice", "bob"].map(|name| world.trader(&exchange, name, usd(50_000)));
    let [dora, rita] = ["dora", "rita"].map(|name| world.person(name));
    let now = world.svm.now();
    let rows = [(0, &dora, TRADE, now + HOUR), (3, &rita, REDUCE, now + 24 * HOUR)];
    for (place, key, scope, expires_at) in rows {
        let key = key.pubkey();
        done(delegate(world, &alice, SetDelegateArgs { place, key, scope, expires_at }));
    }
    Scene { exchange, alice, bob, dora, rita }
}

impl Scene {
    /// A block trade of Alice's with Bob, which somebody signs for her.
    fn trade(&self, world: &mut World, by: &Keypair, legs: &[TradeLeg]) -> Result<Outcome, Failure> {
        let mut trade = world.block_trade(&self.exchange, &self.alice, &self.bob, legs);
        trade.accounts[2].pubkey = by.pubkey();
        world.svm.send(&[limit(), trade], &[by, &self.bob.key])
    }

    fn lots(&self, world: &mut World) -> i64 {
        world.margin_account(&self.alice.account).legs[0].quantity
    }
}

fn a_delegate_trades_until_the_delegation_ends(world: &mut World) {
    let scene = scene(world);
    world.step("Dora opens, reduces, and turns a position of Alice's around");
    for (lots, held) in [(50, 50), (-20, 30), (-60, -30)] {
        done(scene.trade(world, &scene.dora, &[perp(lots, usd(950))]));
        assert_eq!(scene.lots(world), held);
    }
    let stranger = world.person("stranger");
    refused(scene.trade(world, &stranger, &[perp(1, usd(950))]), AccountError::NotAllowed);

    world.step("An hour later she cannot any more, not even reduce");
    world.svm.pass(HOUR - 1);
    price(world, &scene.exchange, 95_000);
    done(scene.trade(world, &scene.dora, &[perp(10, usd(950))]));
    world.svm.pass(1);
    for lots in [10, -10] {
        refused(scene.trade(world, &scene.dora, &[perp(lots, usd(950))]), AccountError::NotAllowed);
    }

    world.step("Alice gives her another hour, and takes it back");
    let (key, expires_at) = (scene.dora.pubkey(), world.svm.now() + HOUR);
    let args = SetDelegateArgs { place: 0, key, scope: TRADE, expires_at };
    done(delegate(world, &scene.alice, args));
    done(scene.trade(world, &scene.dora, &[perp(10, usd(950))]));
    let nobody = SetDelegateArgs { place: 0, key: Pubkey::default(), scope: 0, expires_at: 0 };
    done(delegate(world, &scene.alice, nobody));
    refused(scene.trade(world, &scene.dora, &[perp(10, usd(950))]), AccountError::NotAllowed);
    done(scene.trade(world, &scene.alice.key, &[perp(10, usd(950))]));
    assert_eq!(scene.lots(world), 0);
}

fn a_delegate_who_only_reduces(world: &mut World) {
    let scene = scene(world);
    let rita = &scene.rita;
    world.step("Rita cannot open, nor add, nor go through zero, nor do so beside a leg that she reduces");
    refused(scene.trade(world, rita, &[perp(1, usd(950))]), AccountError::OrderReduceOnly);
    done(scene.trade(world, &scene.alice.key, &[perp(50, usd(950)), call(FRIDAY, 100_000, -10, usd(9))]));
    for lots in [1, -51] {
        refused(scene.trade(world, rita, &[perp(lots, usd(950))]), AccountError::OrderReduceOnly);
    }
    let mixed = [perp(-10, usd(950)), call(FRIDAY, 100_000, -1, usd(9))];
    refused(scene.trade(world, rita, &mixed), AccountError::OrderReduceOnly);

    world.step("She reduces, to nothing");
    done(scene.trade(world, rita, &[perp(-20, usd(950)), call(FRIDAY, 100_000, 4, usd(9))]));
    done(scene.trade(world, rita, &[perp(-30, usd(950)), call(FRIDAY, 100_000, 6, usd(9))]));
    assert_eq!((scene.lots(world), cash(world, [&scene.alice.account])), (0, [usd(50_000)]));
}

fn nobody_but_the_owner_moves_money(world: &mut World) {
    let scene = scene(world);
    let (group, alice) = (scene.exchange.group(), &scene.alice);
    world.open_account(&group, &alice.key, &alice.key, 1);
    let other = ballast_interface::seeds::find_margin_account(&group, &alice.key.pubkey(), 1).0;
    for by in [&scene.dora, &scene.rita, &scene.bob.key] {
        let key = by.pubkey();
        let purse = world.open_token_account(&scene.exchange.dollar, &key, &key.to_string()[..20]);
        let numbers = Numbers::default();
        let expires_at = world.svm.now() + HOUR;
        let row = SetDelegateArgs { place: 1, key, scope: TRADE, expires_at };
        let attempts = [
            account_program::withdraw(&group, &alice.account, 0, &purse, &key, 1, &numbers),
            account_program::withdraw(&group, &alice.account, 0, &alice.purse, &key, 1, &numbers),
            account_program::transfer(&group, &alice.account, &other, 0, &key, 1, &numbers),
            account_program::set_delegate(&alice.account, &key, &row),
            account_program::close_account(&other, false, &key, &key),
        ];
        for attempt in attempts {
            refused(world.svm.send(&[limit(), attempt], &[by]), AccountError::NotOwner);
        }
    }
    world.step("Money may come from anybody");
    let bob = &scene.bob;
    let gift = account_program::deposit(&group, &alice.account, 0, 0, &bob.purse, &bob.key.pubkey(), 7, &[]);
    done(world.svm.send(&[gift], &[&bob.key]));
    assert_eq!(cash(world, [&alice.account]), [usd(50_000) + 7]);

    world.step("Alice withdraws, also to a purse that is not hers");
    done(world.withdraw_cash(&scene.exchange, alice, 1_000 * DOLLAR as u64));
    let to_bob = account_program::withdraw(
        &group,
        &alice.account,
        0,
        &bob.purse,
        &alice.key.pubkey(),
        7,
        &Numbers::default(),
    );
    done(world.svm.send(&[limit(), to_bob], &[&alice.key]));
    assert_eq!(cash(world, [&alice.account]), [usd(49_000)]);
}

fn delegates_sign_orders(world: &mut World) {
    let Scene { exchange, mut alice, mut bob, dora, rita } = scene(world);
    let now = world.svm.now();
    let leg = of_unit(perp(1, 0));
    let maker = alice.order(now, 100, usd(951), &[leg]);
    let taker = bob.order(now, 100, usd(-949), &[of_unit(perp(-1, 0))]);
    let buying = bob.order(now, 100, usd(951), &[leg]);
    let args = SettleFillsArgs {
        maker: maker.clone(),
        taker,
        maker_units: 10,
        taker_units: 10,
        prices: vec![950 * DOLLAR as u64],
        maker_fee: 0,
        taker_fee: 0,
    };
    let fill = |world: &mut World, by: &Keypair, args: &SettleFillsArgs| {
        let steps = world.settle_fills(&exchange, [by, &bob.key], args);
        world.svm.send(&steps, &[&exchange.operator])
    };
    world.step("Dora's signature opens; Rita's is worth nothing under an order that may open");
    done(fill(world, &dora, &args));
    refused(fill(world, &rita, &args), AccountError::SignatureMissing);

    world.step("Under one that only reduces, it is");
    let reducing = |order: &Order, lots| Order {
        reduce_only: true,
        nonce: order.nonce + 10,
        legs: vec![of_unit(perp(lots, 0))],
        ..order.clone()
    };
    let maker = Order { limit: usd(-949), ..reducing(&maker, -1) };
    let taker = buying;
    let args = SettleFillsArgs { maker, taker, maker_units: 4, taker_units: 4, ..args };
    done(fill(world, &rita, &args));
    let account = alice.account;
    assert_eq!(world.margin_account(&account).legs[0].quantity, 6);
    let too_many = SettleFillsArgs { maker_units: 7, taker_units: 7, ..args.clone() };
    refused(fill(world, &rita, &too_many), AccountError::OrderReduceOnly);

    world.step("An order that a delegate signed dies with the delegation, though it would last longer");
    let args = SettleFillsArgs {
        maker: Order { expires_at: now + 3 * HOUR, nonce: 40, ..args.maker.clone() },
        taker: Order { expires_at: now + 3 * HOUR, nonce: 40, ..args.taker.clone() },
        ..args
    };
    done(fill(world, &dora, &args));
    world.svm.pass(HOUR);
    price(world, &exchange, 95_000);
    surface(world, &exchange, 95_000, &[FRIDAY]);
    refused(fill(world, &dora, &args), AccountError::SignatureMissing);
    let rest = SettleFillsArgs { maker_units: 2, taker_units: 2, ..args };
    done(fill(world, &rita, &rest));
    assert_eq!(world.margin_account(&account).legs[0].quantity, 0);
}

fn delegations_without_meaning(world: &mut World) {
    let scene = scene(world);
    let (key, now) = (scene.dora.pubkey(), world.svm.now());
    let good = SetDelegateArgs { place: 1, key, scope: TRADE, expires_at: now + 1 };
    let owner = scene.alice.key.pubkey();
    let cases = [
        SetDelegateArgs { place: 4, ..good.clone() },
        SetDelegateArgs { scope: 0, ..good.clone() },
        SetDelegateArgs { scope: 3, ..good.clone() },
        SetDelegateArgs { expires_at: now, ..good.clone() },
        SetDelegateArgs { key: owner, ..good.clone() },
        SetDelegateArgs { key: Pubkey::default(), ..good.clone() },
        SetDelegateArgs { key: Pubkey::default(), scope: 0, ..good.clone() },
    ];
    for args in cases {
        refused(delegate(world, &scene.alice, args), AccountError::DelegateInvalid);
    }
    done(delegate(world, &scene.alice, good));
}
