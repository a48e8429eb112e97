//! Every account of every instruction of the liquidation program: dropped, exchanged for another one of the instruction or
//! for its like of another exchange or owner, without its signature, without its right to be written. Each is refused, and
//! nothing changes.

use crate::{
    attempt::{alone, edited, on_litesvm, Tampering},
    two_exchanges::{dollars, TwoExchanges, ETHER},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, MarginAccount, Order, OrderLeg, ORDER_DOMAIN},
    liquidation::{DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, SwapCollateralArgs},
    risk::QuoteLeg,
    seeds,
};
use ballast_testkit::{
    account_program, limit, liquidation_program as build, rescue_rules, signed_by, Form, Instruction,
    SignatureCheck, Signer, World, BTC, ETH,
};

on_litesvm!(
    funds_need_every_account,
    stakes_need_every_account,
    rescues_need_every_account,
    rescues_need_every_account_and_read_the_group,
    the_waterfall_needs_every_account,
    the_waterfall_needs_every_account_and_reads_the_group,
    collateral_needs_every_account,
    collateral_needs_every_account_and_reads_the_group,
    profits_need_every_account,
    profits_need_every_account_and_read_the_group,
);

fn rescues_need_every_account(world: &mut World) {
    rescues(world, Form::Written);
}

fn rescues_need_every_account_and_read_the_group(world: &mut World) {
    rescues(world, Form::Read);
}

fn the_waterfall_needs_every_account(world: &mut World) {
    the_waterfall(world, Form::Written);
}

fn the_waterfall_needs_every_account_and_reads_the_group(world: &mut World) {
    the_waterfall(world, Form::Read);
}

fn collateral_needs_every_account(world: &mut World) {
    collateral(world, Form::Written);
}

fn collateral_needs_every_account_and_reads_the_group(world: &mut World) {
    collateral(world, Form::Read);
}

fn profits_need_every_account(world: &mut World) {
    profits(world, Form::Written);
}

fn profits_need_every_account_and_read_the_group(world: &mut World) {
    profits(world, Form::Read);
}

/// Two exchanges with a fund each; in ours, Alice is short of margin.
struct Scene {
    two: TwoExchanges,
    strangers: Vec<Pubkey>,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let two = TwoExchanges::new(world);
        let mut strangers = two.strangers();
        for exchange in [&two.ours, &two.other] {
            let fund = world.create_fund(exchange, &rescue_rules());
            let rescuer = seeds::find_rescuer(&exchange.group(), &ballast_interface::ids::LIQUIDATION).0;
            strangers.extend([fund, seeds::find_fund_vault(&fund).0, rescuer]);
        }
        Self { two, strangers }
    }

    fn plain(&self) -> Tampering<'_> {
        Tampering { strangers: &self.strangers, ..Tampering::default() }
    }

    /// Leaves so many dollars in Alice's first account, past all rules; the rest goes to Bob's, and all of it is counted.
    fn impoverish(&self, world: &mut World, left: u64) {
        let before: MarginAccount = world.typed(&self.two.alice.account);
        let owed = before.cash - dollars(left) as i64;
        // Bob has it now.
        let shift = |account: &mut MarginAccount, by: i64| {
            // Nobody pays interest: what is counted is what it was.
            assert_eq!((account.counted, account.uncounted), (account.cash, 0));
            (account.cash, account.counted) = (account.cash + by, account.counted + by);
        };
        self.two.edit_account(world, &self.two.alice.account, |account| shift(account, -owed));
        self.two.edit_account(world, &self.two.bob.account, |account| shift(account, owed));
    }

    /// The group need not be written.
    fn unwritten(&self) -> Tampering<'_> {
        Tampering { unwritten: &[0], ..self.plain() }
    }

    fn numbers<'a>() -> Numbers<'a> {
        Numbers { markets: &[BTC], banks: &[], risks: &[BTC, ETH] }
    }

    fn begin(&self) -> Instruction {
        build::begin(&self.two.group(), &self.two.alice.account, &self.two.payer(), &Self::numbers())
    }
}

fn funds_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let fund = world.create_fund(&two.other, &rescue_rules());
    let mut strangers = two.strangers();
    strangers.extend([fund, seeds::find_fund_vault(&fund).0]);
    let plain = Tampering { strangers: &strangers, ..Tampering::default() };
    let (group, authority, payer) = (two.group(), two.authority(), two.payer());
    let create = build::create_fund(
        &group,
        &authority,
        &payer,
        &two.ours.dollar,
        &spl_token_interface::ID,
        &rescue_rules(),
    );
    // Anybody who signs may pay.
    Tampering { free: &[6], ..plain }.refuse(world, &two.ring, &alone(&create));
    let change = build::change_rules(&group, &authority, &rescue_rules());
    plain.refuse(world, &two.ring, &alone(&change));
}

fn stakes_need_every_account(world: &mut World) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (group, alice, payer) = (two.group(), two.alice.key.pubkey(), two.payer());
    let purse = two.alice.purse;
    let stake = build::stake(&group, &alice, &payer, &purse, dollars(10), &two.ours.risk.markets);
    // Anybody who signs may pay the rent.
    Tampering { free: &[4], ..scene.plain() }.refuse(world, &two.ring, &alone(&stake));
    let unstake = build::unstake(&group, &alice, dollars(5));
    scene.plain().refuse(world, &two.ring, &alone(&unstake));
    world.svm.pass(i64::from(rescue_rules().cooldown_seconds));
    let leave = build::withdraw_stake(&group, &alice, &purse);
    // Where the money goes is her own affair: to Bob, and even back into the vault.
    Tampering { free: &[5], ..scene.plain() }.refuse(world, &two.ring, &alone(&leave));
}

fn rescues(world: &mut World, form: Form) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let group = two.group();
    // Two lots lose 800 dollars, beside what is paid for them: less than half of what Alice has.
    scene.impoverish(world, 1_800);
    world.set_price(&two.ours.risk, BTC, 55_000_00000000);
    let account = two.alice.account;
    let payer = two.payer();
    // Anybody who signs may begin and pay. The group need not be written, and the market is only if funding is due.
    Tampering { free: &[9], unwritten: &[0, 13], ..scene.plain() }.refuse(
        world,
        &two.ring,
        &alone(&form.of(scene.begin())),
    );
    let bob = (&two.bob.account, &two.bob.key.pubkey());
    let args = LiquidateArgs { legs: vec![QuoteLeg { leg: 0, lots: 1 }], units: 1, least_pay: 0 };
    let take = build::liquidate(&group, &account, &payer, bob, &Scene::numbers(), &args);
    scene.unwritten().refuse(world, &two.ring, &alone(&form.of(take)));

    let leg = OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots: 1 };
    let order = Order {
        domain: ORDER_DOMAIN,
        margin_account: two.bob.account,
        venue: Order::RESCUE_VENUE,
        nonce: 77,
        expires_at: world.svm.now() + 600,
        units: 1,
        limit: dollars(550) as i64,
        max_fee: 0,
        reduce_only: false,
        legs: vec![leg],
    };
    let check = signed_by(&two.bob.key, &order.message(), 8, 2);
    let args = LiquidateToOrderArgs { order, units: 1 };
    // The liquidator has some money, beside which more may stand.
    let (owner, purse) = (two.alice.key.pubkey(), two.alice.purse);
    let deposit = account_program::deposit(&group, &two.second, 0, 0, &purse, &owner, dollars(1_000), &[]);
    two.ring.accept(world, "money", &alone(&deposit));
    let fill = build::liquidate_to_order(&group, &account, &payer, &two.second, &Scene::numbers(), &args);
    let steps = [limit(), SignatureCheck::instruction(&[check]), form.of(fill)];
    // The liquidator's account may be any, and that of the order's owner, too.
    let by_right = [(12, two.bob.account)];
    Tampering { by_right: &by_right, ..scene.unwritten() }.refuse(world, &two.ring, &steps);

    let collect =
        build::collect_insurance(&group, &two.ours.dollar, &spl_token_interface::ID, &two.ours.risk.markets);
    // A market may be missing, and what is none may stand for it: then it brings less in. It is written only if fees wait
    // in it: see `behind_markets`.
    // The program itself is asked for only if something came in, which a market that stands in its place does not bring.
    let (spare, unwritten): (&[usize], &[usize]) =
        if form == Form::Read { (&[10, 11, 12], &[12]) } else { (&[11, 12], &[11, 12]) };
    Tampering { spare, free: &[11, 12], unwritten, ..scene.plain() }.refuse(
        world,
        &two.ring,
        &alone(&collect),
    );

    world.set_price(&two.ours.risk, BTC, 95_000_00000000);
    if form == Form::Read {
        // Alice is counted first: nobody is released who is far from that.
        let refresh = account_program::refresh_account(&group, &account, &Scene::numbers());
        two.ring.accept(world, "a refresh that writes the group", &alone(&refresh));
    }
    let end = form.of(build::end(&group, &account, &payer, &Scene::numbers()));
    Tampering { unwritten: &[0, 12], ..scene.plain() }.refuse(world, &two.ring, &alone(&end));
}

fn collateral(world: &mut World, form: Form) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (group, alice, owner) = (two.group(), two.alice.account, two.alice.key.pubkey());
    let give = account_program::transfer(&group, &alice, &two.second, 2, &owner, ETHER, &Scene::numbers());
    let numbers = Numbers { markets: &[], banks: &[], risks: &[ETH] };
    let purse = two.alice.purse;
    let borrow = account_program::withdraw(&group, &two.second, 0, &purse, &owner, dollars(2_000), &numbers);
    two.ring.accept(world, "an ether", &alone(&give));
    two.ring.accept(world, "a debt", &alone(&borrow));
    world.set_price(&two.ours.risk, ETH, 2_100_00000000);
    let begin = form.of(build::begin(&group, &two.second, &two.payer(), &numbers));
    two.ring.accept(world, "a beginning", &alone(&begin));
    let bob = (&two.bob.account, &two.bob.key.pubkey());
    let all = Scene::numbers();
    let buy = build::swap_collateral(&group, &two.second, &two.payer(), bob, 2, &all, &coins(ETHER / 100));
    // The group need not be written, and the market is only if funding is due.
    Tampering { unwritten: &[0, 15], ..scene.plain() }.refuse(world, &two.ring, &alone(&form.of(buy)));
}

fn profits(world: &mut World, form: Form) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let (group, account, payer) = (two.group(), two.alice.account, two.payer());
    let (owner, purse) = (two.alice.key.pubkey(), two.alice.purse);
    let deposit = account_program::deposit(&group, &two.second, 0, 0, &purse, &owner, dollars(50_000), &[]);
    two.ring.accept(world, "money", &alone(&deposit));
    scene.impoverish(world, 0);
    two.edit_account(world, &account, |account| account.collateral = bytemuck::Zeroable::zeroed());
    world.set_price(&two.ours.risk, BTC, 90_000_00000000);
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let args = LiquidateArgs { legs: vec![QuoteLeg { leg: 0, lots: 10 }], units: 1, least_pay: 0 };
    let taker = (&two.second, &owner);
    let quote = (&two.ours.dollar, &spl_token_interface::ID);
    for step in [
        form.of(build::begin(&group, &account, &payer, &numbers)),
        form.of(build::liquidate(&group, &account, &payer, taker, &numbers, &args)),
        world.collection(&two.ours, &two.ours.risk.markets),
        build::resolve_bankruptcy(&group, &account, &payer, quote, &numbers),
    ] {
        two.ring.accept(world, "a step", &alone(&step));
    }
    let realise = build::realise_profit(&group, &account, &two.bob.account, BTC, &numbers);
    scene.unwritten().refuse(world, &two.ring, &alone(&form.of(realise)));
}

fn the_waterfall(world: &mut World, form: Form) {
    let scene = Scene::new(world);
    let two = &scene.two;
    let group = two.group();
    scene.impoverish(world, 0);
    two.edit_account(world, &two.alice.account, |account| {
        account.collateral = bytemuck::Zeroable::zeroed();
    });
    world.set_price(&two.ours.risk, BTC, 90_000_00000000);
    let (account, payer) = (two.alice.account, two.payer());
    let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
    let begin = form.of(build::begin(&group, &account, &payer, &numbers));
    two.ring.accept(world, "a beginning", &alone(&begin));
    // The insurance pays something, so that everything is needed.
    let (group, bob, purse) = (two.group(), two.bob.key.pubkey(), two.bob.purse);
    let stake = build::stake(&group, &bob, &bob, &purse, dollars(100), &two.ours.risk.markets);
    two.ring.accept(world, "a stake", &alone(&stake));
    world.svm.pass(900);
    world.set_price(&two.ours.risk, BTC, 90_000_00000000);
    let args = DeleverageArgs { legs: vec![QuoteLeg { leg: 0, lots: 10 }], units: 1 };
    let close = build::deleverage(&group, &account, &payer, &two.bob.account, &numbers, &args);
    scene.unwritten().refuse(world, &two.ring, &alone(&form.of(close)));
    let sweep = world.collection(&two.ours, &two.ours.risk.markets);
    two.ring.accept(world, "a sweep", &alone(&sweep));
    let quote = (&two.ours.dollar, &spl_token_interface::ID);
    let resolve = build::resolve_bankruptcy(&group, &account, &payer, quote, &numbers);
    // The group is named twice, and the transaction writes it if either says so: but one must.
    let group_read = edited(&resolve, |step| step.accounts[0].is_writable = false);
    assert_eq!([0, 10].map(|place| resolve.accounts[place].pubkey), [group; 2]);
    assert_eq!([3, 11].map(|place| resolve.accounts[place].pubkey), [seeds::find_fund(&group).0; 2]);
    // 2000 is Anchor's word for an account that must be written.
    let nobody_writes = edited(&group_read, |step| step.accounts[10].is_writable = false);
    two.ring.refuse_with(world, "a group that is read", 2000, &alone(&nobody_writes));
    let resolve = if form == Form::Read { group_read } else { resolve };
    // No risk is needed by an account without positions and tokens.
    let unwritten: &[usize] = if form == Form::Read { &[] } else { &[0, 10] };
    Tampering { spare: &[19], free: &[19], unwritten, ..scene.plain() }.refuse(
        world,
        &two.ring,
        &alone(&resolve),
    );
}

/// So many tokens alone.
fn coins(amount: u64) -> SwapCollateralArgs {
    SwapCollateralArgs { amount, legs: vec![], units: 0 }
}
