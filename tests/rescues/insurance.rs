//! The insurance fund: fees and losses are shared by those who have a stake when they come, and by nobody else.

use crate::{
    stage::{cash, done, perp, price, unpaid, usd},
    tally::{capped, declined, quiet_exchange, sums, take, trade},
};
use ballast_interface::liquidation::{LiquidationError as No, RescueRules, EXIT_SECONDS, LEAST_SHARES};
use ballast_testkit::{
    fraction, liquidation_program, rescue_rules, Exchange, Failure, Outcome, Signer, Trader, World, BTC,
    DOLLAR,
};

ballast_testkit::on_every_svm!(
    fees_and_losses_are_shared_by_those_who_are_there,
    nobody_gains_by_being_first_or_by_rounding,
    a_fund_that_is_used_up_begins_anew,
    rules_are_the_authoritys,
);

const WEEK: i64 = 7 * 86_400;

/// Fay is long one Bitcoin with 20 000 dollars, Wes is short; Sue and Tom stake, Kim takes over.
struct Scene {
    exchange: Exchange,
    fay: Trader,
    wes: Trader,
    kim: Trader,
    sue: Trader,
    tom: Trader,
}

impl Scene {
    fn new(world: &mut World, rules: &RescueRules) -> Self {
        let exchange = quiet_exchange(world, &[], rules);
        let [fay, wes, kim, sue, tom] =
            [("fay", 20_000), ("wes", 200_000), ("kim", 500_000), ("sue", 50_000), ("tom", 50_000)]
                .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        trade(world, &exchange, &fay, &wes, perp(100, usd(950)));
        Self { exchange, fay, wes, kim, sue, tom }
    }

    fn unstake(&self, world: &mut World, who: &Trader, shares: u64) -> Result<Outcome, Failure> {
        let leave = liquidation_program::unstake(&self.exchange.group(), &who.key.pubkey(), shares);
        world.svm.send(&[leave], &[&who.key])
    }

    fn withdraw(&self, world: &mut World, who: &Trader) -> Result<Outcome, Failure> {
        let leave =
            liquidation_program::withdraw_stake(&self.exchange.group(), &who.key.pubkey(), &who.purse);
        world.svm.send(&[leave], &[&who.key])
    }

    fn shares(&self, world: &mut World, who: &Trader) -> u64 {
        world.stake_of(&self.exchange, &who.key.pubkey()).shares
    }

    /// What somebody's shares are worth: that part of what the fund owns, rounded down.
    fn worth(&self, world: &mut World, who: &Trader) -> u64 {
        let (fund, shares) = (world.insurance(&self.exchange), self.shares(world, who));
        (u128::from(shares) * u128::from(fund.assets) / u128::from(fund.shares)) as u64
    }

    /// Kim takes so many lots over, and the fee that the insurance is paid for it is collected.
    fn fee(&self, world: &mut World, lots: u32) -> u64 {
        price(world, &self.exchange, 88_000);
        let [_, risks] = world.needs(&self.exchange, &[self.fay.account], &[]);
        let report = world.assess(&self.exchange.risk, &self.fay.account, &risks);
        let held = world.margin_account(&self.fay.account).legs[0].quantity;
        done(take(world, &self.exchange, &self.fay, &self.kim, lots));
        let before = world.insurance(&self.exchange);
        done(world.collect_insurance(&self.exchange));
        let after = world.insurance(&self.exchange);
        let fee = after.assets - before.assets;
        assert_eq!((after.earned - before.earned, before.shares.max(fee)), (fee, after.shares.max(fee)));
        // Two per cent of the scan loss of what was taken over.
        let fair = report.parts.scan.get() * i128::from(lots) / i128::from(held) / 50 / 10_000;
        assert!((i128::from(fee) - fair).abs() <= 2, "{fee} for {fair}");
        fee
    }

    /// Bitcoin falls to 60 000, Kim takes the rest over, and the insurance pays what Fay owes.
    fn loss(&self, world: &mut World) -> u64 {
        let lots = world.margin_account(&self.fay.account).legs[0].quantity;
        price(world, &self.exchange, 60_000);
        done(take(world, &self.exchange, &self.fay, &self.kim, lots as u32));
        let owed = unpaid(world, [&self.fay.account])[0].unsigned_abs();
        done(world.resolve_bankruptcy(&self.exchange, &self.fay.account));
        owed
    }

    fn sums(&self, world: &mut World) -> i64 {
        let all = [&self.fay, &self.wes, &self.kim, &self.sue, &self.tom].map(|trader| trader.account);
        sums(world, &self.exchange, &all)
    }
}

/// A share of a whole, rounded down.
fn part(amount: u64, of: u64, whole: u64) -> u64 {
    (u128::from(amount) * u128::from(of) / u128::from(whole)) as u64
}

fn fees_and_losses_are_shared_by_those_who_are_there(world: &mut World) {
    let scene = Scene::new(world, &capped(usd(1_000_000)));
    let exchange = &scene.exchange;
    let before = scene.sums(world);
    price(world, exchange, 88_000);
    done(world.begin(exchange, &scene.fay.account));
    world.step("A first fee comes in while nobody has a stake: it is nobody's");
    let nobodys = scene.fee(world, 3);
    assert_eq!(world.insurance(exchange).shares, nobodys);
    world.step("Sue stakes 10 000 and gets nothing of it");
    done(world.stake(exchange, &scene.sue, usd(10_000) as u64));
    assert_eq!(
        (scene.shares(world, &scene.sue), scene.worth(world, &scene.sue)),
        (10_000_000_000, 10_000_000_000)
    );

    world.step("A second fee is hers, but for the part of nobody's shares");
    let second = scene.fee(world, 3);
    let assets = nobodys + 10_000_000_000 + second;
    let hers = part(10_000_000_000, assets, nobodys + 10_000_000_000);
    assert!(hers > 10_000_000_000);
    assert_eq!(scene.worth(world, &scene.sue), hers);
    world.step("Tom stakes as much later: he gets fewer shares, and nothing of the past's fees");
    done(world.stake(exchange, &scene.tom, usd(10_000) as u64));
    let toms = part(10_000_000_000, nobodys + 10_000_000_000, assets);
    assert_eq!(scene.shares(world, &scene.tom), toms);
    assert!((9_999_999_998..=10_000_000_000).contains(&scene.worth(world, &scene.tom)));
    assert!((hers..=hers + 1).contains(&scene.worth(world, &scene.sue)));
    assert_eq!(scene.sums(world), before + usd(20_000));

    world.step("Tom wants to leave, all of him; for a week he has to stay");
    declined(scene.withdraw(world, &scene.tom), No::SharesMissing);
    declined(scene.unstake(world, &scene.tom, toms + 1), No::SharesMissing);
    done(scene.unstake(world, &scene.tom, toms));
    let left_at = world.svm.now();
    declined(scene.withdraw(world, &scene.tom), No::StakeCools);
    world.step("A loss of Fay's comes first: it is his as much as Sue's");
    let fund = world.insurance(exchange);
    let lost = scene.loss(world);
    world.detail("loss", lost);
    let left = fund.assets - lost;
    assert_eq!((world.insurance(exchange).assets, world.insurance(exchange).shares), (left, fund.shares));
    let worths = [part(toms, left, fund.shares), part(10_000_000_000, left, fund.shares)];
    assert_eq!([scene.worth(world, &scene.tom), scene.worth(world, &scene.sue)], worths);
    world.svm.pass(WEEK - 1);
    declined(scene.withdraw(world, &scene.tom), No::StakeCools);
    world.svm.pass(1);
    assert_eq!(world.svm.now(), left_at + WEEK);
    let purse = world.tokens(&scene.tom.purse.account);
    done(scene.withdraw(world, &scene.tom));
    assert_eq!(world.tokens(&scene.tom.purse.account) - purse, worths[0]);
    assert_eq!(scene.shares(world, &scene.tom), 0);
    declined(scene.withdraw(world, &scene.tom), No::SharesMissing);
    // What rounding leaves behind is the others'.
    assert!((worths[1]..=worths[1] + 1).contains(&scene.worth(world, &scene.sue)));
    world.step("Who changes his mind stays; who waits in the door for more than two days has to ask again");
    done(scene.unstake(world, &scene.sue, 4_000_000_000));
    done(scene.unstake(world, &scene.sue, 0));
    world.svm.pass(WEEK);
    declined(scene.withdraw(world, &scene.sue), No::SharesMissing);
    done(scene.unstake(world, &scene.sue, 4_000_000_000));
    world.svm.pass(WEEK + EXIT_SECONDS + 1);
    declined(scene.withdraw(world, &scene.sue), No::ExitMissed);
    done(scene.unstake(world, &scene.sue, 5_000_000_000));
    declined(scene.withdraw(world, &scene.sue), No::StakeCools);
    world.svm.pass(WEEK + EXIT_SECONDS);
    done(scene.withdraw(world, &scene.sue));
    assert_eq!(scene.shares(world, &scene.sue), 5_000_000_000);
}

fn nobody_gains_by_being_first_or_by_rounding(world: &mut World) {
    let scene = Scene::new(world, &capped(usd(1_000_000)));
    let exchange = &scene.exchange;
    world.step(
        "Tom stakes the first dollar, which gives him half of a fund, and gives the vault 40 000 dollars, so that shares be dear",
    );
    declined(world.stake(exchange, &scene.tom, 0), No::AmountZero);
    declined(world.stake(exchange, &scene.tom, LEAST_SHARES - 1), No::StakeTooSmall);
    done(world.stake(exchange, &scene.tom, usd(1) as u64));
    let vault = world.insurance(exchange).vault;
    let gift = spl_transfer(&scene.tom, &vault, usd(40_000) as u64);
    done(world.svm.send(&[gift], &[&scene.tom.key]));
    assert_eq!((world.insurance(exchange).assets, world.tokens(&vault)), (1_000_000, 40_001_000_000));
    world.step(
        "Sue stakes 1 000 and has 1 000: what was given is nobody's, and so is what Tom was first with",
    );
    done(world.stake(exchange, &scene.sue, usd(1_000) as u64));
    assert_eq!([scene.worth(world, &scene.sue), scene.worth(world, &scene.tom)], [1_000_000_000, 500_000]);

    world
        .step("A fee makes shares dearer than half a unit: as many units buy too few, and going in and out brings nothing");
    price(world, exchange, 88_000);
    done(world.begin(exchange, &scene.fay.account));
    let fee = scene.fee(world, 5);
    let fund = world.insurance(exchange);
    assert_eq!((fund.assets, fund.shares), (1_001_000_000 + fee, 2_002_000_000));
    declined(world.stake(exchange, &scene.tom, LEAST_SHARES / 2), No::StakeTooSmall);
    for amount in [1_100, 1_999, 7_777, 1_234_567, 999_999_999] {
        let (had, shares) = (scene.worth(world, &scene.tom), scene.shares(world, &scene.tom));
        done(world.stake(exchange, &scene.tom, amount));
        assert!(scene.worth(world, &scene.tom) <= had + amount);
        let more = scene.shares(world, &scene.tom) - shares;
        done(scene.unstake(world, &scene.tom, more));
        world.svm.pass(WEEK);
        let purse = world.tokens(&scene.tom.purse.account);
        done(scene.withdraw(world, &scene.tom));
        let got = world.tokens(&scene.tom.purse.account) - purse;
        assert!(got <= amount && amount - got <= 2, "{got} of {amount}");
    }
    let sues = part(2_000_000_000, 1_001_000_000 + fee, 2_002_000_000);
    assert!((sues..=sues + 6).contains(&scene.worth(world, &scene.sue)));
}

fn spl_transfer(
    from: &Trader,
    to: &anchor_lang::prelude::Pubkey,
    amount: u64,
) -> ballast_testkit::Instruction {
    let key = from.key.pubkey();
    let metas = vec![
        ballast_testkit::AccountMeta::new(from.purse.account, false),
        ballast_testkit::AccountMeta::new(*to, false),
        ballast_testkit::AccountMeta::new_readonly(key, true),
    ];
    // Three is a transfer, in every token program.
    let data = [&[3], &amount.to_le_bytes()[..]].concat();
    ballast_testkit::Instruction { program_id: from.purse.token_program, accounts: metas, data }
}

fn a_fund_that_is_used_up_begins_anew(world: &mut World) {
    let scene = Scene::new(world, &capped(usd(1_000_000)));
    let exchange = &scene.exchange;
    done(world.stake(exchange, &scene.sue, usd(3_000) as u64));
    done(scene.unstake(world, &scene.sue, usd(1_000) as u64));
    world.step("Fay loses 15 000 more than she has; the fund has 3 000 and pays them");
    price(world, exchange, 60_000);
    done(world.begin(exchange, &scene.fay.account));
    assert_eq!(scene.loss(world), 15_000_000_000);
    assert_eq!(unpaid(world, [&scene.fay.account]), [usd(-12_000)]);
    let fund = world.insurance(exchange);
    assert_eq!((fund.assets, fund.shares, fund.era, fund.paid), (0, 0, 4, 3_000_000_000));

    world.step("Sue's shares of before are worth nothing, those that were to leave no less than the others");
    world.svm.pass(WEEK);
    declined(scene.withdraw(world, &scene.sue), No::SharesMissing);
    declined(scene.unstake(world, &scene.sue, 1), No::SharesMissing);
    world.step("What Tom stakes now is his, but for a thousandth, as ever at the beginning; Sue begins anew beside him");
    done(world.stake(exchange, &scene.tom, usd(1_000) as u64));
    // 1 000 000 000 of 1 001 000 000 shares.
    assert_eq!(scene.worth(world, &scene.tom), 999_000_999);
    declined(scene.withdraw(world, &scene.sue), No::SharesMissing);
    done(world.stake(exchange, &scene.sue, usd(500) as u64));
    assert_eq!([scene.shares(world, &scene.sue), scene.worth(world, &scene.sue)], [500_500_000, 500_000_000]);
    assert_eq!(scene.worth(world, &scene.tom), 999_000_999);
    let fund = world.insurance(exchange);
    assert_eq!((fund.assets, fund.shares, fund.era), (1_500_000_000, 1_501_500_000, 4));
}

fn rules_are_the_authoritys(world: &mut World) {
    let scene = Scene::new(world, &rescue_rules());
    let authority = scene.exchange.risk.authority.insecure_clone();
    let group = scene.exchange.group();
    let change = |world: &mut World, by: &ballast_testkit::Keypair, rules: &RescueRules| {
        let change = liquidation_program::change_rules(&group, &by.pubkey(), rules);
        world.svm.send(&[change], &[by])
    };
    let new = RescueRules { discount_full: fraction(0.1), market_cap: 7 * DOLLAR as u64, ..rescue_rules() };
    declined(change(world, &scene.tom.key, &new), No::NotAuthority);
    world.step(
        "A rule out of its range is no rule: here a stake could leave before a loss on its way arrives",
    );
    // A rescue lasts 600 seconds of auction and three graces of 300.
    let hasty = RescueRules { cooldown_seconds: 1_499, ..new };
    declined(change(world, &authority, &hasty), No::RulesInvalid);
    declined(change(world, &authority, &RescueRules { target: fraction(1.0) + 1, ..new }), No::RulesInvalid);
    assert_eq!(world.insurance(&scene.exchange).rules, rescue_rules());
    done(change(world, &authority, &RescueRules { cooldown_seconds: 1_500, ..new }));
    done(change(world, &authority, &new));
    world.step("The new cap holds at once: of 15 000 the fund pays seven");
    done(world.stake(&scene.exchange, &scene.sue, usd(3_000) as u64));
    price(world, &scene.exchange, 60_000);
    done(world.begin(&scene.exchange, &scene.fay.account));
    assert_eq!(scene.loss(world), 15_000_000_000);
    assert_eq!(unpaid(world, [&scene.fay.account]), [usd(-14_993)]);
    assert_eq!(cash(world, [&scene.fay.account]), [0]);
    assert_eq!((world.insurance(&scene.exchange).paid, BTC), (7_000_000, 1));
}
