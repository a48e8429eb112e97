//! A loss that nobody will pay: it is cut from what winners are owed, in proportion, and from nothing else.

use crate::{
    rescue_scene::{perp, RescueScene},
    stage::{refused, usd, vault},
};
use ballast_interface::account::{
    instructions::{self as account_program, Numbers},
    AccountError, RescuePay,
};
use ballast_testkit::{limit, Arch, Instruction, Signer, BTC};

const NUMBERS: Numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };

/// Ann, without cash, owes Bitcoin's pool 20 000 dollars, of which Ben is owed 5 000 and Cat 15 000.
fn owing(arch: Arch) -> RescueScene {
    let mut scene = RescueScene::new(arch);
    let (group, rescuer) = (scene.group, scene.rescuer);
    let [ann, ben, cat] = [0, 1, 2].map(|who| scene.traders[who].account);
    scene.block(0, 1, 100, 950);
    scene.block(0, 2, 100, 950);
    scene.latch(0, true);
    scene.rescue(account_program::move_cash(&group, &ann, &ben, &rescuer, usd(100_000) as u64, &[BTC]));
    for (to, price) in [(ben, 900), (cat, 800)] {
        let legs = [perp(-100, price)];
        let pay = RescuePay::default();
        scene.rescue(account_program::move_legs(&group, &ann, &to, &rescuer, &legs, pay, &NUMBERS));
    }
    assert_eq!(scene.cash(), [0, usd(200_000), usd(100_000)]);
    assert_eq!(scene.unpaid(), [usd(-20_000), usd(5_000), usd(15_000)]);
    scene
}

fn cut(scene: &RescueScene, dollars: i64) -> Instruction {
    let ann = scene.traders[0].account;
    account_program::cut_claims(&scene.group, &ann, &scene.rescuer, usd(dollars) as u64, BTC)
}

/// Pool, claims, losses and cut of Bitcoin's market.
fn sums(scene: &mut RescueScene) -> [i64; 4] {
    let market = scene.world.market(&scene.group, BTC);
    [market.pool as i64, market.unpaid as i64, market.owed as i64, market.cut]
}

/// The same in dollars.
fn market(scene: &mut RescueScene) -> [i64; 4] {
    sums(scene).map(|sum| sum / usd(1))
}

/// A third of a claim cannot be said in powers of two: what is rounded stays in the pool, a unit for each who is told.
#[test]
fn roundings_of_a_cut_stay_in_the_pool() {
    let scene = &mut owing(Arch::V3);
    scene.rescue(cut(scene, 8_000));
    for who in [1, 2] {
        let account = scene.traders[who].account;
        scene.world.settle(&scene.exchange, &account).expect("a winner is told");
    }
    assert_eq!(scene.unpaid(), [usd(-12_000), usd(3_000) - 1, usd(9_000) - 1]);
    assert_eq!(sums(scene), [0, usd(12_000) - 2, usd(12_000), -2]);
}

#[test]
fn a_loss_is_cut_from_two_winners_who_are_told_when_they_settle() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut owing(arch);
        let (ben, cat) = (scene.traders[1].account, scene.traders[2].account);
        scene.refuse(6100, cut(scene, 20_001));
        scene.rescue(cut(scene, 5_000));
        assert_eq!(scene.unpaid(), [usd(-15_000), usd(5_000), usd(15_000)]);
        assert_eq!(market(scene), [0, 20_000, 15_000, 5_000]);

        // Three quarters are left of everything; nobody is judged by what he had before.
        let group = scene.group;
        let owner = scene.traders[1].key.pubkey();
        let blind = Numbers { markets: &[], banks: &[], risks: &[BTC] };
        let purse = scene.traders[1].purse;
        let withdraw = account_program::withdraw(&group, &ben, 0, &purse, &owner, 1, &blind);
        let key = scene.traders[1].key.insecure_clone();
        refused(scene.world.svm.send(&[limit(), withdraw], &[&key]), AccountError::MarketMissing);
        let refresh = |numbers: &Numbers| account_program::refresh_account(&group, &ben, numbers);
        refused(scene.world.svm.send(&[refresh(&blind)], &[]), AccountError::MarketMissing);
        scene.world.svm.send(&[refresh(&NUMBERS)], &[]).expect("Ben is told");
        assert_eq!(scene.unpaid(), [usd(-15_000), usd(3_750), usd(15_000)]);
        assert_eq!(sums(scene), [0, 18_750_000_000, 15_000_000_000, 3_750_000_000]);
        scene.world.svm.send(&[refresh(&NUMBERS)], &[]).expect("there may be nothing to settle");

        // Somebody pays the rest: now Cat is told, and both are paid.
        let insurer = ballast_testkit::actor("insurer");
        let purse = scene.world.purse(&scene.exchange.dollar, &insurer, "insurer", usd(15_000) as u64);
        let ann = scene.traders[0].account;
        let pay_in = account_program::deposit(
            &group,
            &ann,
            0,
            0,
            &purse,
            &insurer.pubkey(),
            usd(15_000) as u64,
            &[BTC],
        );
        scene.world.svm.send(&[pay_in], &[&insurer]).expect("the rest is paid in");
        assert_eq!(sums(scene), [15_000_000_000, 18_750_000_000, 0, 3_750_000_000]);
        for who in [cat, ben] {
            scene.world.settle(&scene.exchange, &who).expect("a winner is paid");
        }
        assert_eq!(market(scene), [0; 4]);
        assert_eq!((scene.unpaid(), scene.cash()), ([0; 3], [0, usd(203_750), usd(111_250)]));
        assert_eq!(vault(&mut scene.world, &scene.exchange), usd(315_000));
        assert!(scene.world.margin_account(&ann).is_empty());
    }
}

#[test]
fn claims_that_are_cut_to_nothing_leave_nothing() {
    let scene = &mut owing(Arch::V3);
    scene.rescue(cut(scene, 20_000));
    assert_eq!(market(scene), [0, 20_000, 0, 20_000]);
    for who in [1, 2] {
        let account = scene.traders[who].account;
        scene.world.settle(&scene.exchange, &account).expect("a winner is told");
    }
    assert_eq!((market(scene), scene.unpaid()), ([0; 4], [0; 3]));
    assert_eq!(vault(&mut scene.world, &scene.exchange), usd(300_000));
    // 6100: nothing is owed any more.
    scene.refuse(6100, cut(scene, 1));
}

#[test]
fn an_open_profit_is_realised_so_that_it_bears_its_part() {
    for arch in [Arch::V0, Arch::V3] {
        let scene = &mut RescueScene::new(arch);
        let (group, rescuer) = (scene.group, scene.rescuer);
        scene.block(0, 1, 100, 950);
        let [ann, ben, _] = [0, 1, 2].map(|who| scene.traders[who].account);
        let realise = |who| account_program::realise(&group, &who, &rescuer, BTC, &[BTC]);
        // 6095: at the price that both traded at there is no profit.
        scene.refuse(6095, realise(ben));
        scene.world.svm.pass(61);
        // 6048: the price is too old by now.
        scene.refuse(6048, realise(ben));
        scene.world.set_price(&scene.exchange.risk, BTC, 90_000_00000000);
        scene.refuse(6095, realise(ann));
        let before = scene.world.assess(&scene.exchange.risk, &ben, &[BTC]);
        scene.rescue(realise(ben));
        let after = scene.world.assess(&scene.exchange.risk, &ben, &[BTC]);
        assert_eq!((before.value.get(), before.health.get()), (after.value.get(), after.health.get()));
        assert_eq!(scene.unpaid(), [0, usd(5_000), 0]);
        let leg = scene.world.margin_account(&ben).legs[0];
        assert_eq!((leg.quantity, leg.entry_value), (-100, usd(-90_000)));
        scene.refuse(6095, realise(ben));

        // Ann, without cash, closes at that price with Cat: what is cut now is cut from Ben alone.
        scene.latch(0, true);
        scene.rescue(account_program::move_cash(&group, &ann, &ben, &rescuer, usd(100_000) as u64, &[BTC]));
        let (cat, pay) = (scene.traders[2].account, RescuePay::default());
        let legs = [perp(-100, 900)];
        scene.rescue(account_program::move_legs(&group, &ann, &cat, &rescuer, &legs, pay, &NUMBERS));
        assert_eq!(scene.unpaid(), [usd(-5_000), usd(5_000), 0]);
        scene.rescue(cut(scene, 2_500));
        scene.world.settle(&scene.exchange, &ben).expect("Ben is told");
        assert_eq!(scene.unpaid(), [usd(-2_500), usd(2_500), 0]);
        // 6044: somebody under liquidation has other things to do.
        scene.refuse(6044, realise(ann));
    }
}
