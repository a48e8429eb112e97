//! The instructions that pass no gate: why none of them can lower health, and one that is accepted of each.

#![cfg(test)]

use crate::gate_walk::{perp, Scene, LOT};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::Numbers, pause, CreateBankArgs, CreateMarketArgs, CreateVenueArgs, FillRescueArgs,
        Order, OrderLeg, PlaceTriggerArgs, RescuePay, SetDelegateArgs, TradeLeg, VenueTerms, ORDER_DOMAIN,
    },
    risk::{instructions as risk_program, CreateMarketRiskArgs},
};
use ballast_testkit::{
    account_program, actor, dollars, fraction, group_rules, limit, market_terms, rules, slice, GroupSpec,
    Instruction, Keypair, Signer, World, BTC, DOLLAR, ETH, SOL, START,
};

/// Sends one that is accepted; Alice's health before and after it.
type Row = (&'static str, &'static str, fn(&mut Scene) -> [i128; 2]);

/// A Tuesday at eight in the morning.
const TUESDAY: i64 = START + 86_400 + 28_800;

/// Instructions that cannot lower the health of an account.
pub const HARMLESS: [Row; 25] = [
    ("create_group", "it touches no account of another group", create_group),
    ("open_vault", "it creates an empty token account, once in a group", open_vault),
    ("change_group", "fees and caps are for what comes; interest up to now is the old rules'", change_group),
    ("stop", "it only forbids", stop),
    ("create_bank", "nobody holds its token yet", create_bank),
    ("change_bank", "what is deposited above a cap stays", change_bank),
    ("create_market", "nobody holds its instruments yet", create_market),
    ("change_market", "margin does not depend on terms; funding up to now is the old terms'", change_market),
    ("list_expiry", "nobody holds its instruments yet", list_expiry),
    ("create_venue", "it moves nothing", create_venue),
    ("change_venue", "it moves nothing", change_venue),
    ("collect_fees", "fees were taken from accounts when they traded", collect_fees),
    ("open_account", "the account is empty", open_account),
    ("close_account", "the account is empty", close_account),
    ("open_orders", "it moves nothing", open_orders),
    ("set_delegate", "whoever may trade still passes the gate", set_delegate),
    ("deposit", "it only adds", deposit),
    ("cancel_orders", "it moves nothing", cancel_orders),
    ("place_trigger", "it moves nothing before it is executed, and then at the gate", place_trigger),
    ("cancel_trigger", "it moves nothing", cancel_trigger),
    (
        "post_mark",
        "funding is what time makes of a mark, within a cap; the mark by itself moves nothing",
        post_mark,
    ),
    ("update_funding", "what has passed is owed already; it is only written down", update_funding),
    (
        "freeze_settlement",
        "the price is the mean that the risk program values the date at already",
        freeze_settlement,
    ),
    ("settle_account", "it turns positions and claims into cash, at what they are worth", settle_account),
    (
        "refresh_account",
        "likewise; and a claim that was cut was worth no more before it is told",
        refresh_account,
    ),
];

/// Builds one of the liquidation program's instructions about Alice, signed by herself.
type Rescue = (&'static str, fn(&Scene) -> Instruction);

/// Instructions that may lower health, for which the liquidation program answers.
pub const RESCUE: [Rescue; 10] = [
    ("latch", |s| account_program::latch(&s.exchange.group(), &s.alice.account, &key(s), true)),
    ("move_legs", |s| {
        let (group, legs) = (s.exchange.group(), vec![perp(-1)]);
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };
        let (from, to, pay) = (&s.alice.account, &s.bob.account, RescuePay::default());
        account_program::move_legs(&group, from, to, &key(s), &legs, pay, &numbers)
    }),
    ("fill_rescue", |s| {
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };
        let order = Order {
            domain: ORDER_DOMAIN,
            margin_account: s.bob.account,
            venue: Order::RESCUE_VENUE,
            nonce: 1,
            expires_at: i64::MAX,
            units: 1,
            limit: i64::MAX,
            max_fee: 0,
            reduce_only: false,
            legs: vec![OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 }],
        };
        let args = FillRescueArgs { order, units: 1, prices: vec![LOT], pay: RescuePay::default() };
        account_program::fill_rescue(&s.exchange.group(), &s.alice.account, &key(s), &args, &numbers)
    }),
    ("move_collateral", |s| {
        let group = s.exchange.group();
        account_program::move_collateral(&group, &s.alice.account, &s.bob.account, 1, &key(s), 1)
    }),
    ("move_cash", |s| {
        let group = s.exchange.group();
        account_program::move_cash(&group, &s.alice.account, &s.bob.account, &key(s), 1, &[BTC])
    }),
    ("absorb_loss", |s| {
        let group = s.exchange.group();
        account_program::absorb_loss(&group, &s.alice.account, &s.alice.purse, &key(s), 1, &[BTC])
    }),
    ("share_loss", |s| {
        account_program::share_loss(&s.exchange.group(), &s.alice.account, &key(s), 1, &[BTC])
    }),
    ("realise", |s| account_program::realise(&s.exchange.group(), &s.alice.account, &key(s), BTC, &[BTC])),
    ("cut_claims", |s| account_program::cut_claims(&s.exchange.group(), &s.alice.account, &key(s), 1, BTC)),
    ("pay_insurance", |s| account_program::pay_insurance(&s.exchange.group(), &s.alice.purse, &key(s), &[])),
];

fn key(scene: &Scene) -> Pubkey {
    scene.alice.key.pubkey()
}

/// The markets that an assessment of an account needs.
pub fn markets_of(world: &mut World, account: &Pubkey) -> Vec<u16> {
    let account = world.margin_account(account);
    let held = account.legs.iter().map(|leg| leg.market);
    let priced = account.collateral.iter().map(|token| token.market);
    let mut markets: Vec<u16> = held.chain(priced).filter(|market| *market != 0).collect();
    markets.sort_unstable();
    markets.dedup();
    markets
}

/// Alice's health before and after instructions that must be accepted.
fn around(scene: &mut Scene, steps: &[Instruction], signers: &[&Keypair]) -> [i128; 2] {
    let before = scene.report().0;
    scene.world.svm.send(steps, signers).unwrap_or_else(|failure| panic!("{failure:#?}"));
    [before, scene.report().0]
}

fn by_authority(scene: &mut Scene, step: Instruction) -> [i128; 2] {
    let authority = scene.exchange.risk.authority.insecure_clone();
    around(scene, &[step], &[&authority])
}

fn by_alice(scene: &mut Scene, step: Instruction) -> [i128; 2] {
    let alice = scene.alice.key.insecure_clone();
    around(scene, &[limit(), step], &[&alice])
}

fn authority(scene: &Scene) -> Pubkey {
    scene.exchange.risk.authority.pubkey()
}

/// Another group over the same dollar.
fn another<'a>(scene: &Scene, creator: &'a Keypair) -> GroupSpec<'a> {
    GroupSpec {
        creator,
        payer: creator,
        quote_mint: scene.exchange.dollar,
        index: 2,
        authority: creator.pubkey(),
        guardian: actor("guardian").pubkey(),
    }
}

fn create_group(scene: &mut Scene) -> [i128; 2] {
    let alice = scene.alice.key.insecure_clone();
    let spec = another(scene, &alice);
    let step =
        account_program::create_group(&alice.pubkey(), &alice.pubkey(), &spec.quote_mint, &spec.args());
    around(scene, &[step], &[&alice])
}

fn open_vault(scene: &mut Scene) -> [i128; 2] {
    let alice = scene.alice.key.insecure_clone();
    let spec = another(scene, &alice);
    let (group, _) = scene.world.create_group(&spec);
    let step = account_program::open_vault(
        &group,
        &scene.exchange.dollar,
        &scene.alice.purse.token_program,
        &alice.pubkey(),
    );
    around(scene, &[step], &[&alice])
}

fn change_group(scene: &mut Scene) -> [i128; 2] {
    let mut rules = group_rules();
    (rules.borrow_cap, rules.rate_kink) = (0, fraction(0.3));
    (rules.rate_full, rules.fee_share) = (fraction(3.0), fraction(1.0));
    let step = account_program::change_group(&scene.exchange.group(), &authority(scene), &rules);
    by_authority(scene, step)
}

fn stop(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::stop(&scene.exchange.group(), &authority(scene), pause::ALL, 600);
    by_authority(scene, step)
}

fn create_bank(scene: &mut Scene) -> [i128; 2] {
    let mint = scene.world.create_mint(&spl_token_interface::ID, "another token", 8);
    let key = authority(scene);
    let args = CreateBankArgs { bank: 3, market: BTC, cap: 1 << 40, ramp_seconds: 0 };
    let step = account_program::create_bank(
        &scene.exchange.group(),
        &key,
        &key,
        &mint,
        &spl_token_interface::ID,
        &args,
    );
    by_authority(scene, step)
}

fn change_bank(scene: &mut Scene) -> [i128; 2] {
    scene.world.deposit_token(&scene.exchange, &scene.alice, 1, 10_000_000);
    let step = account_program::change_bank(&scene.exchange.group(), &authority(scene), 1, 0, 0);
    by_authority(scene, step)
}

fn create_market(scene: &mut Scene) -> [i128; 2] {
    let (group, key) = (scene.exchange.group(), authority(scene));
    let args = CreateMarketRiskArgs { market: SOL, rules: rules(&group, SOL) };
    let risk = risk_program::create_market_risk(&group, &key, &key, &args);
    let args = CreateMarketArgs { market: SOL, terms: market_terms() };
    let step = account_program::create_market(&group, &key, &key, &args);
    let authority = scene.exchange.risk.authority.insecure_clone();
    around(scene, &[risk, step], &[&authority])
}

fn change_market(scene: &mut Scene) -> [i128; 2] {
    let mut terms = market_terms();
    (terms.open_interest_cap, terms.funding_cap, terms.switches) = (0, fraction(0.06), 0);
    let step = account_program::change_market(&scene.exchange.group(), &authority(scene), BTC, &terms);
    by_authority(scene, step)
}

fn list_expiry(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::list_expiry(&scene.exchange.group(), BTC, TUESDAY);
    around(scene, &[step], &[])
}

fn terms(suspended: bool) -> VenueTerms {
    let operator = actor("operator").pubkey();
    VenueTerms { operator, fee_owner: operator, fee_cap: fraction(0.04), suspended }
}

fn create_venue(scene: &mut Scene) -> [i128; 2] {
    let key = authority(scene);
    let args = CreateVenueArgs { venue: 2, terms: terms(false) };
    let step = account_program::create_venue(&scene.exchange.group(), &key, &key, &args);
    by_authority(scene, step)
}

fn change_venue(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::change_venue(&scene.exchange.group(), &authority(scene), 1, &terms(true));
    by_authority(scene, step)
}

fn collect_fees(scene: &mut Scene) -> [i128; 2] {
    let now = scene.world.svm.now();
    let leg = |lots| {
        let kind = ballast_interface::account::Kind::Perp as u8;
        [ballast_interface::account::OrderLeg { number: BTC, kind, expiry: 0, strike: 0, lots }]
    };
    let args = ballast_interface::account::SettleFillsArgs {
        maker: scene.alice.order(now, 1, i64::MAX / 2, &leg(1)),
        taker: scene.bob.order(now, 1, i64::MAX / 2, &leg(-1)),
        maker_units: 1,
        taker_units: 1,
        prices: vec![LOT],
        maker_fee: 1_000,
        taker_fee: 1_000,
    };
    let filled = scene.world.fill(&scene.exchange, [&scene.alice, &scene.bob], &args);
    filled.unwrap_or_else(|failure| panic!("the fill: {failure:#?}"));
    let operator = scene.exchange.operator.insecure_clone();
    let purse = scene.world.purse(&scene.exchange.dollar, &operator, "the venue's fees", 0);
    let step = account_program::collect_fees(&scene.exchange.group(), 1, &purse, &[]);
    around(scene, &[step], &[])
}

fn open_account(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::open_account(&scene.exchange.group(), &key(scene), &key(scene), 7);
    by_alice(scene, step)
}

fn close_account(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::close_account(&scene.second, false, &key(scene), &key(scene));
    by_alice(scene, step)
}

/// Alice's account has a record already; her second one has none.
fn open_orders(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::open_orders(&scene.second, &key(scene), &key(scene), 5);
    by_alice(scene, step)
}

fn set_delegate(scene: &mut Scene) -> [i128; 2] {
    let expires_at = scene.world.svm.now() + 600;
    let args = SetDelegateArgs { place: 0, key: actor("delegate").pubkey(), scope: 1, expires_at };
    let step = account_program::set_delegate(&scene.alice.account, &key(scene), &args);
    by_alice(scene, step)
}

/// Cash, and a token whose price moves with the position: each by itself must not lower health.
fn deposit(scene: &mut Scene) -> [i128; 2] {
    let group = scene.exchange.group();
    let alice = &scene.alice;
    let cash = account_program::deposit(
        &group,
        &alice.account,
        0,
        0,
        &alice.purse,
        &alice.key.pubkey(),
        DOLLAR as u64,
        &[BTC],
    );
    let [before, after] = by_alice(scene, cash);
    assert!(after > before, "cash adds to health");
    scene.world.deposit_token(&scene.exchange, &scene.alice, 1, 10_000_000);
    let with_token = scene.report().0;
    assert!(with_token > after, "a token adds to health");
    [before, with_token]
}

fn cancel_orders(scene: &mut Scene) -> [i128; 2] {
    let step = account_program::cancel_orders(&scene.alice.account, &key(scene), 100);
    by_alice(scene, step)
}

fn trigger(scene: &mut Scene) -> Instruction {
    let args = PlaceTriggerArgs {
        market: BTC,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: -100,
        above: false,
        level: dollars(90_000),
        limit: 0,
        slippage: fraction(0.9),
        fee: 1 << 50,
        expires_at: scene.world.svm.now() + 600,
    };
    account_program::place_trigger(&scene.alice.account, &key(scene), &args)
}

fn place_trigger(scene: &mut Scene) -> [i128; 2] {
    let step = trigger(scene);
    by_alice(scene, step)
}

fn cancel_trigger(scene: &mut Scene) -> [i128; 2] {
    let place = trigger(scene);
    by_alice(scene, place);
    let step = account_program::cancel_trigger(&scene.alice.account, &key(scene), 0);
    by_alice(scene, step)
}

fn mark(scene: &Scene) -> Instruction {
    let operator = scene.exchange.operator.pubkey();
    account_program::post_mark(&scene.exchange.group(), BTC, 1, &operator, 2 * LOT)
}

fn post_mark(scene: &mut Scene) -> [i128; 2] {
    let operator = scene.exchange.operator.insecure_clone();
    let step = mark(scene);
    around(scene, &[step], &[&operator])
}

/// Time passes under a mark at which Alice pays as much as she can.
fn update_funding(scene: &mut Scene) -> [i128; 2] {
    post_mark(scene);
    scene.world.svm.pass(600);
    scene.world.set_price(&scene.exchange.risk, BTC, 95_000_00000000);
    let step = account_program::update_funding(&scene.exchange.group(), BTC);
    around(scene, &[step], &[])
}

/// Alice holds futures and options of a date, in and out of the money, and its last second passes.
fn expired(scene: &mut Scene) {
    let (group, now) = (scene.exchange.group(), scene.world.svm.now());
    let list = account_program::list_expiry(&group, BTC, TUESDAY);
    scene.world.svm.send(&[list], &[]).expect("a date is listed");
    let date = slice(now, TUESDAY - now, dollars(95_000), 0.6);
    scene.world.set_surface(&scene.exchange.risk, BTC, &[date]);
    let leg = |kind, strike: u64, lots, price: u64| TradeLeg {
        number: BTC,
        kind,
        expiry: TUESDAY,
        strike: strike * 100_000_000,
        lots,
        price: price * DOLLAR as u64,
    };
    let legs = [leg(2, 0, 20, 950), leg(3, 90_000, 10, 60), leg(3, 99_000, -10, 5), leg(4, 90_000, 10, 3)];
    let traded = scene.world.block(&scene.exchange, &scene.alice, &scene.bob, &legs);
    traded.unwrap_or_else(|failure| panic!("the legs: {failure:#?}"));
    scene.world.svm.pass(TUESDAY - now + 60);
    for (market, price) in [(BTC, 96_000_00000000), (ETH, 3_500_00000000)] {
        scene.world.set_price(&scene.exchange.risk, market, price);
    }
}

fn freeze_settlement(scene: &mut Scene) -> [i128; 2] {
    expired(scene);
    let step = account_program::freeze_settlement(&scene.exchange.group(), BTC, TUESDAY);
    around(scene, &[step], &[])
}

fn settle_account(scene: &mut Scene) -> [i128; 2] {
    freeze_settlement(scene);
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let step = account_program::settle_account(&scene.exchange.group(), &scene.alice.account, &numbers);
    around(scene, &[limit(), step], &[])
}

fn refresh_account(scene: &mut Scene) -> [i128; 2] {
    freeze_settlement(scene);
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let step = account_program::refresh_account(&scene.exchange.group(), &scene.alice.account, &numbers);
    around(scene, &[limit(), step], &[])
}
