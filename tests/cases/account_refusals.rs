//! What `set_delegate` and `close_account` refuse, with the error's number; nothing changes when they do.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    two_exchanges::{overwrite, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{pause, MarginAccount, OrderRecord, SetDelegateArgs},
    ids, seeds,
};
use ballast_testkit::{account_program, Instruction, Signer, World, BTC, ETH};

on_litesvm!(accounts_need_every_account);
ballast_testkit::on_every_svm!(
    set_delegate_refuses_arguments,
    set_delegate_refuses_the_wrong_person,
    close_account_refuses_what_is_not_empty,
    close_account_refuses_the_wrong_person_or_place,
);

const NOBODY: Pubkey = Pubkey::new_from_array([0; 32]);

fn set(two: &TwoExchanges, args: &SetDelegateArgs) -> Instruction {
    account_program::set_delegate(&two.alice.account, &two.alice.key.pubkey(), args)
}

fn close(two: &TwoExchanges, record: bool) -> Instruction {
    account_program::close_account(&two.second, record, &two.alice.key.pubkey(), &two.payer())
}

fn accounts_need_every_account(world: &mut World) {
    let two = TwoExchanges::new(world);
    let strangers = two.strangers();
    let args = SetDelegateArgs { place: 0, key: two.bob.key.pubkey(), scope: 1, expires_at: i64::MAX };
    let by_right = [(0, two.second), (0, two.foreign)];
    let tampering = Tampering { strangers: &strangers, by_right: &by_right, ..Tampering::default() };
    tampering.refuse(world, &two.ring, &alone(&set(&two, &args)));
    // Rent may go to anybody who is no program's.
    let tampering = Tampering { strangers: &strangers, free: &[3], ..Tampering::default() };
    let close = close(&two, true);
    let before = world.svm.account(&two.payer()).unwrap().lamports;
    let freed = [two.second, seeds::find_order_record(&two.second).0];
    let freed: u64 = freed.iter().map(|key| world.svm.account(key).unwrap().lamports).sum();
    tampering.refuse(world, &two.ring, &alone(&close));
    assert_eq!(world.svm.account(&two.payer()).unwrap().lamports, before + freed);
    assert!(world.svm.account(&two.second).is_none());
}

fn set_delegate_refuses_arguments(world: &mut World) {
    let two = TwoExchanges::new(world);
    let (now, owner) = (world.svm.now(), two.alice.key.pubkey());
    let good = SetDelegateArgs { place: 0, key: two.bob.key.pubkey(), scope: 1, expires_at: now + 1 };
    let of = |edit: &dyn Fn(&mut SetDelegateArgs)| {
        let mut args = good.clone();
        edit(&mut args);
        set(&two, &args)
    };
    let none = |edit: &dyn Fn(&mut SetDelegateArgs)| {
        of(&|args| {
            (args.key, args.scope, args.expires_at) = (NOBODY, 0, 0);
            edit(args);
        })
    };
    two.ring.refuse_all(
        world,
        &[
            ("a row that there is not", 6092, of(&|args| args.place = 4)),
            ("the last number of all", 6092, of(&|args| args.place = 255)),
            ("no scope", 6092, of(&|args| args.scope = 0)),
            ("a scope that there is not", 6092, of(&|args| args.scope = 3)),
            ("the last scope of all", 6092, of(&|args| args.scope = 255)),
            ("the owner", 6092, of(&|args| args.key = owner)),
            ("a time that has come", 6092, of(&|args| args.expires_at = now)),
            ("the first time of all", 6092, of(&|args| args.expires_at = i64::MIN)),
            ("nobody who may trade", 6092, none(&|args| args.scope = 1)),
            ("nobody for a while", 6092, none(&|args| args.expires_at = now + 1)),
            ("nobody in a row that there is not", 6092, none(&|args| args.place = 4)),
            ("no arguments", 102, edited(&of(&|_| ()), |set| set.data.truncate(8))),
            ("half the arguments", 102, edited(&of(&|_| ()), |set| set.data.truncate(40))),
        ],
    );
    let good: [(&str, Instruction); 5] = [
        ("for a second", of(&|_| ())),
        ("for ever, in the last row", of(&|args| (args.place, args.expires_at) = (3, i64::MAX))),
        ("the same somebody again, who may reduce", of(&|args| (args.place, args.scope) = (1, 2))),
        ("nobody", none(&|args| args.place = 3)),
        ("nobody, where nobody was", none(&|args| args.place = 2)),
    ];
    for (what, step) in good {
        two.ring.accept(world, what, &[step]);
    }
}

fn set_delegate_refuses_the_wrong_person(world: &mut World) {
    let two = TwoExchanges::new(world);
    let bob = two.bob.key.pubkey();
    let args = SetDelegateArgs { place: 0, key: bob, scope: 1, expires_at: i64::MAX };
    let step = set(&two, &args);
    two.ring.accept(world, "a delegate", std::slice::from_ref(&step));
    // Not even a delegate makes another.
    two.ring.refuse_all(
        world,
        &[
            ("a delegate", 6012, with(&step, 1, &bob)),
            ("the authority", 6012, with(&step, 1, &two.authority())),
            ("somebody else's account", 6012, with(&step, 0, &two.bob.account)),
            ("an owner who did not sign", 3010, edited(&step, |set| set.accounts[1].is_signer = false)),
        ],
    );
    two.refuse_versions(world, &alone(&step), &[(two.alice.account, 6006)]);
    two.stop(world, pause::ALL);
    two.latch(world, &two.alice.account, true);
    two.ring.accept(world, "whatever is stopped", std::slice::from_ref(&step));
    overwrite(world, &two.alice.account, |account: &mut MarginAccount| account.sequence = u64::MAX);
    two.ring.refuse_all(world, &[("once all changes are counted", 6016, step)]);
}

fn close_account_refuses_what_is_not_empty(world: &mut World) {
    let two = TwoExchanges::new(world);
    let step = close(&two, true);
    let empty = world.margin_account(&two.second);
    let cases: [(&str, &dyn Fn(&mut MarginAccount)); 13] = [
        ("a unit of cash", &|account| account.cash = 1),
        ("a unit of debt", &|account| account.cash = -1),
        ("a unit that is counted", &|account| account.counted = 1),
        ("a unit of debt that is counted", &|account| account.counted = -1),
        ("a unit that is not counted", &|account| account.uncounted = 1),
        ("a unit of debt that is not counted", &|account| account.uncounted = -1),
        ("a unit that is counted and lost", &|account| {
            (account.counted, account.uncounted) = (1, -1);
        }),
        ("a token", &|account| {
            let token = &mut account.collateral[11];
            (token.bank, token.market, token.amount) = (2, ETH, 1);
        }),
        ("a profit that is not paid", &|account| {
            (account.markets[7].market, account.markets[7].unpaid_profit) = (BTC, 1);
        }),
        ("a loss that is not paid", &|account| {
            (account.markets[0].market, account.markets[0].unpaid_profit) = (BTC, -1);
        }),
        ("a position", &|account| {
            let leg = &mut account.legs[0];
            (leg.market, leg.kind, leg.quantity) = (BTC, 1, 1);
            (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
        }),
        ("a liquidation", &|account| account.liquidation_since = 1),
        ("a liquidation before all time", &|account| account.liquidation_since = i64::MIN),
    ];
    for (what, edit) in cases {
        two.edit_account(world, &two.second, edit);
        two.ring.refuse_all(world, &[(what, 6093, step.clone())]);
        world.overwrite(&two.second, &empty);
    }
    // An order that waits for a price, even one whose time is over.
    let record = seeds::find_order_record(&two.second).0;
    let idle = overwrite(world, &record, |record: &mut OrderRecord| record.triggers[11].market = BTC);
    two.ring.refuse_all(world, &[("a trigger", 6093, step.clone())]);
    world.overwrite(&record, &idle);
    two.refuse_versions(world, &alone(&step), &[(two.second, 6006), (record, 6098)]);
    two.stop(world, pause::ALL);
    two.ring.accept(world, "empty, whatever is stopped", std::slice::from_ref(&step));
    two.ring.refuse_all(world, &[("a second time", 3007, step)]);
}

/// The same with a record that can be written.
fn written(close: &Instruction) -> Instruction {
    edited(close, |close| close.accounts[1].is_writable = true)
}

fn close_account_refuses_the_wrong_person_or_place(world: &mut World) {
    let two = TwoExchanges::new(world);
    let step = close(&two, true);
    let record = |account: &Pubkey| seeds::find_order_record(account).0;
    let bob = two.bob.key.pubkey();
    two.edit_account(world, &two.second, |account| {
        let row = &mut account.delegates[0];
        (row.key, row.scope, row.expires_at) = (bob, 1, i64::MAX);
    });
    two.ring.refuse_all(
        world,
        &[
            ("a delegate", 6012, with(&step, 2, &bob)),
            ("the authority", 6012, with(&step, 2, &two.authority())),
            ("an owner who did not sign", 3010, edited(&step, |close| close.accounts[2].is_signer = false)),
            ("without its record", 6085, close(&two, false)),
            ("another record", 6085, with(&step, 1, &record(&two.alice.account))),
            ("an account with a book", 6085, with(&step, 0, &two.alice.account)),
            ("rent for a program's account", 3011, with(&step, 3, &two.bob.account)),
            ("rent for the account itself", 3011, with(&step, 3, &two.second)),
            ("rent for the token program", 3011, with(&step, 3, &spl_token_interface::ID)),
        ],
    );
    // An account that never had a record has none to give.
    let key = &two.alice.key;
    let (third, _) = world.open_account(&two.group(), key, key, 2);
    let bare = account_program::close_account(&third, false, &key.pubkey(), &key.pubkey());
    two.ring.refuse_all(
        world,
        &[
            ("somebody else's record", 6085, with(&written(&bare), 1, &record(&two.second))),
            ("the account for its record", 3002, with(&bare, 1, &third)),
        ],
    );
    assert_eq!(bare.accounts[1].pubkey, ids::ACCOUNT);
    two.ring.accept(world, "without a record", &[bare]);
    two.ring.accept(world, "with its record", &[step]);
}
