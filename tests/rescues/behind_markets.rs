//! Fees wait in markets: whoever stakes shows all of them that none waits for the insurance, and no loss is paid by it
//! before all of them were swept within a minute.

use crate::{
    attempt::{alone, on_litesvm, with},
    rescued::{refused, refused_by_number},
    stage::{done, perp, usd},
    tally::{audited, take_counted},
    two_exchanges::{dollars, overwrite, TwoExchanges},
};
use anchor_lang::{prelude::Pubkey, Discriminator};
use ballast_interface::{
    account::{AccountError, Group, Market, TradeLeg, Waiting},
    ids,
    liquidation::{LiquidateArgs, LiquidationError as Wrong},
    risk::Preset,
    seeds,
};
use ballast_testkit::{
    actor, limit, liquidation_program as build, rescue_rules, Account, Exchange, Failure, Form, Instruction,
    Outcome, Signer, Trader, World, BTC, ETH, SOL,
};

on_litesvm!(
    stakes_need_all_markets,
    fees_in_the_last_market_keep_stakes_out,
    what_waits_for_others_keeps_nobody_out,
    the_insurance_pays_within_a_minute_of_a_sweep,
    a_sweep_that_leaves_a_market_out_is_none,
);

fn code(why: Wrong) -> u32 {
    why.into()
}

fn stakes_need_all_markets(world: &mut World) {
    let two = TwoExchanges::new(world);
    for exchange in [&two.ours, &two.other] {
        world.create_fund(exchange, &rescue_rules());
    }
    let (group, alice, purse) = (two.group(), two.alice.key.pubkey(), two.alice.purse);
    let stake = |markets: &[u16]| build::stake(&group, &alice, &alice, &purse, dollars(10), markets);
    let good = stake(&[BTC, ETH]);
    let [first, last] = [good.accounts.len() - 2, good.accounts.len() - 1];
    assert_eq!(good.accounts[last].pubkey, two.market(ETH));
    let abroad = |number| seeds::find_market(&two.other.group(), number).0;

    // Look-alikes: of another owner, of another length, of another kind, and nobody at all.
    let like = world.svm.account(&two.market(ETH)).expect("a market");
    let [elsewhere, short, blank] = ["elsewhere", "short", "blank"].map(|name| actor(name).pubkey());
    let mut plant = |key: &Pubkey, owner: Pubkey, data: Vec<u8>| {
        world.svm.set_account(key, Account { owner, data, ..like.clone() });
    };
    plant(&elsewhere, ids::LIQUIDATION, like.data.clone());
    plant(&short, ids::ACCOUNT, like.data[..like.data.len() - 8].to_vec());
    plant(&blank, ids::ACCOUNT, vec![0; like.data.len()]);
    assert!(like.data.starts_with(Market::DISCRIMINATOR));

    let missing = code(Wrong::MarketMissing);
    let other = code(Wrong::WrongGroup);
    let more = |key: &Pubkey| {
        let mut more = good.clone();
        more.accounts.push(ballast_testkit::AccountMeta::new_readonly(*key, false));
        more
    };
    let cases = [
        ("no market", missing, stake(&[])),
        ("the first alone", missing, stake(&[BTC])),
        ("the last alone", missing, stake(&[ETH])),
        ("the first twice", missing, stake(&[BTC, BTC])),
        ("the last twice", missing, stake(&[ETH, ETH])),
        ("out of order", missing, stake(&[ETH, BTC])),
        ("all, and the last once more", missing, stake(&[BTC, ETH, ETH])),
        ("a market that there is not", missing, stake(&[BTC, SOL])),
        ("another group's first", other, with(&good, first, &abroad(BTC))),
        ("another group's last", other, with(&good, last, &abroad(ETH))),
        ("all, and another group's", other, more(&abroad(ETH))),
        ("another program's", missing, with(&good, last, &elsewhere)),
        ("a short one", missing, with(&good, last, &short)),
        ("a blank one", missing, with(&good, last, &blank)),
        ("nobody", missing, with(&good, last, &actor("nobody").pubkey())),
        ("a bank", missing, with(&good, last, &two.bank(2))),
        ("the group", missing, with(&good, last, &group)),
        ("all, and a bank", missing, more(&two.bank(1))),
    ];
    two.ring.refuse_all(world, &cases);
    // Markets are read, and may be written.
    two.ring.accept(world, "all of them", &alone(&good));
    let mut written = good;
    written.accounts[last].is_writable = true;
    two.ring.accept(world, "all of them, one written", &alone(&written));
    assert_eq!(world.insurance(&two.ours).assets, dollars(20));
}

fn what_waits_for_others_keeps_nobody_out(world: &mut World) {
    let two = TwoExchanges::new(world);
    let group = two.group();
    world.create_fund(&two.ours, &rescue_rules());
    let (alice, purse) = (two.alice.key.pubkey(), two.alice.purse);
    let stake = build::stake(&group, &alice, &alice, &purse, dollars(10), &[BTC, ETH]);
    let waiting = code(Wrong::FeesWaiting);
    let wait = |world: &mut World, number: u16, fees: Waiting| {
        overwrite(world, &two.market(number), |market: &mut Market| market.waiting = fees);
    };
    let own = |world: &mut World, fees: u64| {
        overwrite(world, &group, |group: &mut Group| group.insurance = fees);
    };
    own(world, 1);
    two.ring.refuse_with(world, "a unit in the group", waiting, &alone(&stake));
    for number in [BTC, ETH] {
        wait(world, number, Waiting { insurance: u64::MAX, ..Waiting::default() });
        two.ring.refuse_with(world, "more than can be counted", waiting, &alone(&stake));
        wait(world, number, Waiting::default());
    }
    own(world, 0);
    for number in [BTC, ETH] {
        wait(world, number, Waiting { insurance: 1, ..Waiting::default() });
        two.ring.refuse_with(world, "a unit in a market", waiting, &alone(&stake));
        wait(world, number, Waiting::default());
    }
    let mut others = Waiting { fees: 7, ..Waiting::default() };
    others.add(1, 9).expect("a row");
    wait(world, ETH, others);
    two.ring.accept(world, "the group's own, and a venue's", &alone(&stake));
}

/// Ann is long of ether and Bea of Bitcoin; each has lost so much that nobody can save her, once prices have fallen.
struct Scene {
    exchange: Exchange,
    ann: Trader,
    bea: Trader,
    kim: Trader,
    sue: Trader,
    all: Vec<Pubkey>,
}

impl Scene {
    fn new(world: &mut World) -> Self {
        let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
        world.create_fund(&exchange, &rescue_rules());
        let [ann, bea, ben, kim, sue] =
            [("ann", 20_000), ("bea", 20_000), ("ben", 500_000), ("kim", 500_000), ("sue", 50_000)]
                .map(|(name, dollars)| world.trader(&exchange, name, usd(dollars)));
        let all = [&ann, &bea, &ben, &kim, &sue].map(|trader| trader.account).to_vec();
        let scene = Self { exchange, ann, bea, kim, sue, all };
        scene.prices(world, 95_000, 3_500);
        let ether = TradeLeg { number: ETH, ..perp(2_000, usd(35)) };
        done(world.block(&scene.exchange, &scene.ann, &ben, &[ether]));
        done(world.block(&scene.exchange, &scene.bea, &ben, &[perp(100, usd(950))]));
        scene
    }

    fn prices(&self, world: &mut World, bitcoin: i64, ether: i64) {
        world.set_price(&self.exchange.risk, BTC, bitcoin * 100_000_000);
        world.set_price(&self.exchange.risk, ETH, ether * 100_000_000);
    }

    fn take(&self, world: &mut World, form: Form, from: &Trader, lots: u32) {
        let legs = vec![world.quote_leg(&from.account, |_| true, 1)];
        let args = LiquidateArgs { legs, units: lots, least_pay: i64::MIN >> 32 };
        done(world.liquidate_as(form, &self.exchange, &from.account, &self.kim, &args));
    }

    fn stake_alone(&self, world: &mut World) -> Result<Outcome, Failure> {
        let (owner, purse) = (self.sue.key.pubkey(), &self.sue.purse);
        let stake =
            build::stake(&self.exchange.group(), &owner, &owner, purse, usd(1_000) as u64, &[BTC, ETH]);
        world.svm.send(&[stake], &[&self.sue.key])
    }

    fn collect(&self, world: &mut World, markets: &[u16]) -> Result<Outcome, Failure> {
        let collect = world.collection(&self.exchange, markets);
        world.svm.send(&[limit(), collect], &[])
    }

    /// The next hop for Bea alone.
    fn resolve(&self, world: &mut World) -> Result<Outcome, Failure> {
        let resolve: Instruction = world.resolution(&self.exchange, &self.bea.account);
        world.svm.send(&[limit(), resolve], &[])
    }

    /// Bitcoin falls to 70 000: Bea owes 5 000 dollars, and Kim has her perps.
    fn ruin(&self, world: &mut World) {
        world.svm.pass(60);
        self.prices(world, 70_000, 3_500);
        done(world.begin_as(Form::Read, &self.exchange, &self.bea.account));
        take_counted(world, &self.exchange, &self.bea, &self.kim, 100);
        assert_eq!(world.margin_account(&self.bea.account).owed(), usd(5_000) as u64);
    }

    fn waits(&self, world: &mut World, market: u16) -> u64 {
        world.market(&self.exchange.group(), market).waiting.insurance
    }
}

fn fees_in_the_last_market_keep_stakes_out(world: &mut World) {
    let scene = Scene::new(world);
    // Ether falls by 900 dollars, and Ann has 2 000 left.
    world.svm.pass(60);
    scene.prices(world, 95_000, 2_600);
    done(world.begin_as(Form::Read, &scene.exchange, &scene.ann.account));
    scene.take(world, Form::Read, &scene.ann, 100);
    let fees = scene.waits(world, ETH);
    assert!(fees > 0 && scene.waits(world, BTC) == 0, "{fees}");
    refused(scene.stake_alone(world), Wrong::FeesWaiting);
    world.step("To collect from the first market brings nothing, from none neither");
    for markets in [&[][..], &[BTC]] {
        done(scene.collect(world, markets));
        assert_eq!((scene.waits(world, ETH), world.insurance(&scene.exchange).assets), (fees, 0));
        refused(scene.stake_alone(world), Wrong::FeesWaiting);
    }
    world.step("From the last alone it brings all; that is no sweep, and a stake needs none");
    done(scene.collect(world, &[ETH]));
    let fund = world.insurance(&scene.exchange);
    assert_eq!((scene.waits(world, ETH), fund.assets, fund.earned, fund.swept_at), (0, fees, fees, 0));
    done(scene.stake_alone(world));
    audited(world, &scene.exchange, &scene.all, &[&scene.sue]);
}

fn the_insurance_pays_within_a_minute_of_a_sweep(world: &mut World) {
    let scene = Scene::new(world);
    done(scene.stake_alone(world));
    scene.ruin(world);
    assert_eq!(world.insurance(&scene.exchange).swept_at, 0);
    world.step("Nothing was ever swept");
    refused(scene.resolve(world), Wrong::FeesWaiting);
    world.step("At 61 seconds a sweep is too old");
    done(scene.collect(world, &[BTC, ETH]));
    assert_eq!(world.insurance(&scene.exchange).swept_at, world.svm.now());
    world.svm.pass(61);
    scene.prices(world, 70_000, 3_500);
    refused(scene.resolve(world), Wrong::FeesWaiting);
    world.step("A fresh one does not help while the group itself has a fee for the insurance");
    done(scene.collect(world, &[BTC, ETH]));
    let group = scene.exchange.group();
    let kept = overwrite(world, &group, |group: &mut Group| group.insurance = 1);
    refused(scene.resolve(world), Wrong::FeesWaiting);
    world.overwrite(&group, &kept);
    world.step("At 60 seconds it is in time: the fund pays its 1 000");
    world.svm.pass(60);
    scene.prices(world, 70_000, 3_500);
    done(scene.resolve(world));
    let fund = world.insurance(&scene.exchange);
    assert_eq!((fund.assets, fund.paid), (0, usd(1_000) as u64));
    assert_eq!(world.margin_account(&scene.bea.account).owed(), usd(4_000) as u64);
    audited(world, &scene.exchange, &scene.all, &[&scene.sue]);
    world.step("Later hops ask for no sweep");
    world.svm.pass(300);
    scene.prices(world, 70_000, 3_500);
    done(scene.resolve(world));
}

fn a_sweep_that_leaves_a_market_out_is_none(world: &mut World) {
    let scene = Scene::new(world);
    done(scene.stake_alone(world));
    scene.ruin(world);
    for markets in [&[][..], &[BTC], &[ETH]] {
        done(scene.collect(world, markets));
        assert_eq!(world.insurance(&scene.exchange).swept_at, 0);
        refused(scene.resolve(world), Wrong::FeesWaiting);
    }
    world.step("Nor can one be named twice, out of order, or a bank be given for it");
    let order = u32::from(AccountError::MarketOrder);
    for markets in [[BTC, BTC], [ETH, ETH], [ETH, BTC]] {
        refused_by_number(scene.collect(world, &markets), order);
    }
    let group = scene.exchange.group();
    let good = world.collection(&scene.exchange, &[BTC, ETH]);
    let last = good.accounts.iter().position(|meta| meta.pubkey == seeds::find_market(&group, ETH).0);
    let banked = with(&good, last.expect("ether's market"), &seeds::find_bank(&group, 1).0);
    done(world.svm.send(&[limit(), banked], &[]));
    assert_eq!(world.insurance(&scene.exchange).swept_at, 0);
    refused(scene.resolve(world), Wrong::FeesWaiting);
    world.step("An account that is none of a market ends what is given, and is no market");
    let strange = with(&good, last.expect("ether's market"), &scene.sue.key.pubkey());
    done(world.svm.send(&[limit(), strange], &[]));
    assert_eq!(world.insurance(&scene.exchange).swept_at, 0);
    done(scene.collect(world, &[BTC, ETH]));
    done(scene.resolve(world));
}
