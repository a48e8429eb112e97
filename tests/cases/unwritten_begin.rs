//! A rescue begins by bringing the account up to date: where that moves more than the group may not know, only an instruction
//! that writes the group begins it.

#![cfg(test)]

use crate::{
    stage::{
        bitcoin_exchange, done, future, hold_price, perp, price, refused, usd, vault, wait_until, FRIDAY,
    },
    unwritten_scene::{written, Form, READ},
};
use ballast_interface::account::{
    instructions::{self as account_program, Numbers},
    AccountError::CashUncounted,
};
use ballast_testkit::{
    limit, liquidation_program, rescue_rules, Arch, Failure, Lite, Outcome, Signer, World, BTC,
};

#[test]
fn who_loses_more_than_an_eighth_at_expiry_is_taken_over_by_an_instruction_that_counts() {
    for arch in [Arch::V0, Arch::V3] {
        let world = &mut World::new(Lite::new(arch));
        let exchange = bitcoin_exchange(world, &[FRIDAY]);
        world.create_fund(&exchange, &rescue_rules());
        let [ann, ben] = [("ann", 60_000), ("ben", 500_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        let legs = [future(FRIDAY, 100, usd(950)), perp(100, usd(950))];
        done(world.block(&exchange, &ann, &ben, &legs));
        wait_until(world, FRIDAY - 1_800);
        // 300 seconds at 85 000, 300 at 75 000, 1 200 at 65 000: 70 000.
        for (dollars, until) in [(85_000, -1_500), (75_000, -1_200), (65_000, 0)] {
            hold_price(world, &exchange, dollars, FRIDAY + until);
        }
        price(world, &exchange, 65_000);
        let group = exchange.group();
        done(world.svm.send(&[account_program::freeze_settlement(&group, BTC, FRIDAY)], &[]));

        // 250 on each of a hundred lots are lost, of 60 000; an eighth would be 7 500.
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let kim = world.person("kim");
        let begin = |world: &mut World, form: Form| -> Result<Outcome, Failure> {
            let begin = liquidation_program::begin(&group, &ann.account, &kim.pubkey(), &numbers);
            world.svm.send(&[limit(), form(begin)], &[&kim])
        };
        let before = world.svm.account(&ann.account);
        refused(begin(world, READ), CashUncounted);
        let refresh = account_program::refresh_account(&group, &ann.account, &numbers);
        refused(world.svm.send(&[limit(), READ(refresh)], &[]), CashUncounted);
        assert!(before == world.svm.account(&ann.account), "refused, yet something changed");

        done(begin(world, written));
        assert!(world.is_latched(&ann.account));
        let account = world.margin_account(&ann.account);
        assert_eq!([account.cash, account.counted, account.uncounted], [usd(35_000), usd(35_000), 0]);
        assert_eq!(account.legs[0].quantity, 100);
        assert_eq!(account.legs[1].quantity, 0);
        vault(world, &exchange);

        // Ben wins the same of 500 000, which is less than an eighth: he is brought up to date unwritten.
        let before = world.svm.account(&group);
        let refresh = account_program::refresh_account(&group, &ben.account, &numbers);
        done(world.svm.send(&[limit(), READ(refresh)], &[]));
        let account = world.margin_account(&ben.account);
        assert_eq!(
            [account.cash, account.counted, account.uncounted],
            [usd(525_000), usd(500_000), usd(25_000)]
        );
        assert!(before == world.svm.account(&group), "the group has changed");
        vault(world, &exchange);
    }
}
