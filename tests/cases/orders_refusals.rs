//! What `open_orders` and `cancel_orders` refuse, with the error's number; nothing changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::TwoExchanges,
};
use ballast_interface::{account::pause, seeds};
use ballast_testkit::{account_program, Instruction, Signer, World};

on_litesvm!(orders_need_every_account);
ballast_testkit::on_every_svm!(
    open_orders_refuses_a_second_time,
    cancel_orders_only_rises,
    orders_are_cancelled_by_those_who_may,
);

fn cancel(two: &TwoExchanges, below: u64) -> Instruction {
    account_program::cancel_orders(&two.alice.account, &two.alice.key.pubkey(), below)
}

/// Opens a record for a third account of Alice's, which the payer pays for.
fn open(two: &TwoExchanges, world: &mut World) -> Instruction {
    let key = &two.alice.key;
    let (third, _) = world.open_account(&two.group(), key, key, 2);
    account_program::open_orders(&third, &key.pubkey(), &two.payer(), u64::MAX)
}

fn orders_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    let tampering = Tampering { strangers: &strangers, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&cancel(&two, 1)));
    // Anybody may pay for a record.
    let open = open(&two, world);
    let tampering = Tampering { strangers: &strangers, free: &[3], ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&open));
}

fn open_orders_refuses_a_second_time(world: &mut World) {
    let two = TwoExchanges::new(world);
    let open = open(&two, world);
    let third = open.accounts[0].pubkey;
    let bob = two.bob.key.pubkey();
    let theirs = seeds::find_order_record(&two.bob.account).0;
    two.ring.refuse_all(
        world,
        &[
            ("somebody else", 6012, with(&open, 2, &bob)),
            ("the authority", 6012, with(&open, 2, &two.authority())),
            ("somebody else's account", 2006, with(&open, 0, &two.bob.account)),
            ("somebody else's record", 2006, with(&open, 1, &theirs)),
            ("an account that has one", 2006, with(&open, 0, &two.second)),
            ("an owner who did not sign", 3010, edited(&open, |open| open.accounts[2].is_signer = false)),
            ("no watermark", 102, edited(&open, |open| open.data.truncate(8))),
            ("half a watermark", 102, edited(&open, |open| open.data.truncate(12))),
        ],
    );
    two.edit_account(world, &third, |account| {
        let row = &mut account.delegates[0];
        (row.key, row.scope, row.expires_at) = (bob, 1, i64::MAX);
    });
    two.ring.refuse_all(world, &[("a delegate", 6012, with(&open, 2, &bob))]);
    two.refuse_versions(world, &alone(&open), &[(third, 6006)]);
    two.stop(world, pause::ALL);
    two.latch(world, &third, true);
    two.ring.accept(world, "once, whatever is stopped", &alone(&open));
    two.ring.refuse_all(world, &[("a second time", 0, open)]);
}

fn cancel_orders_only_rises(world: &mut World) {
    let two = TwoExchanges::new(world);
    two.ring.refuse_all(
        world,
        &[
            ("below nothing", 6084, cancel(&two, 0)),
            ("no nonce", 102, edited(&cancel(&two, 1), |cancel| cancel.data.truncate(8))),
            ("half a nonce", 102, edited(&cancel(&two, 1), |cancel| cancel.data.truncate(15))),
        ],
    );
    two.ring.accept(world, "below a hundred", &[cancel(&two, 100)]);
    two.ring.refuse_all(
        world,
        &[
            ("the same again", 6084, cancel(&two, 100)),
            ("less", 6084, cancel(&two, 99)),
            ("nothing", 6084, cancel(&two, 0)),
        ],
    );
    two.stop(world, pause::ALL);
    two.latch(world, &two.alice.account, true);
    two.ring.accept(world, "one more, whatever is stopped", &[cancel(&two, 101)]);
    two.ring.accept(world, "all for ever", &[cancel(&two, u64::MAX)]);
    two.ring.refuse_all(world, &[("the same again", 6084, cancel(&two, u64::MAX))]);
}

fn orders_are_cancelled_by_those_who_may(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (now, bob) = (world.svm.now(), two.bob.key.pubkey());
    let record = seeds::find_order_record(&two.alice.account).0;
    let theirs = seeds::find_order_record(&two.bob.account).0;
    let step = cancel(&two, 5);
    two.ring.refuse_all(
        world,
        &[
            ("somebody else", 6011, with(&step, 2, &bob)),
            ("the authority", 6011, with(&step, 2, &two.authority())),
            ("somebody else's record", 6085, with(&step, 1, &theirs)),
            ("somebody else's account", 6085, with(&step, 0, &two.bob.account)),
            ("another group's account", 6085, with(&step, 0, &two.foreign)),
            ("a trader who did not sign", 3010, edited(&step, |step| step.accounts[2].is_signer = false)),
        ],
    );
    two.refuse_versions(world, &alone(&step), &[(two.alice.account, 6006), (record, 6098)]);
    for (scope, until) in [(1, now), (2, now)] {
        two.edit_account(world, &two.alice.account, |account| {
            let row = &mut account.delegates[0];
            (row.key, row.scope, row.expires_at) = (bob, scope, until);
        });
        two.ring.refuse_all(world, &[("a delegate whose time is over", 6011, with(&step, 2, &bob))]);
    }
    two.edit_account(world, &two.alice.account, |account| account.delegates[0].expires_at = now + 1);
    // Nonces that are cancelled never come back: that is not for who may only reduce.
    two.ring.refuse_all(world, &[("a delegate who can only reduce", 6011, with(&step, 2, &bob))]);
    two.edit_account(world, &two.alice.account, |account| account.delegates[0].scope = 1);
    two.ring.accept(world, "a delegate who can trade", &[with(&step, 2, &bob)]);
}
