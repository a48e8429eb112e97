//! A loan in cash against Bitcoin: interest by the share that is lent, to the unit and never more than was charged.

use crate::stage::{bitcoin_exchange, cash, done, price, refused, usd, COIN};
use ballast_interface::account::{instructions as account_program, AccountError, Group, GroupRules};
use ballast_testkit::{group_rules, Exchange, Failure, Outcome, Signer, Trader, World, DOLLAR};

ballast_testkit::on_every_svm!(
    a_month_and_a_year_below_the_kink,
    a_year_above_the_kink,
    many_small_steps_charge_no_less,
    the_borrow_cap_holds_and_repaying_does_not_mind,
);

const DAY: i64 = 86_400;

/// Carol has deposited a hundred thousand dollars, Alice so many coins.
fn lenders(world: &mut World, coins: u64) -> (Exchange, Trader, Trader) {
    let exchange = bitcoin_exchange(world, &[]);
    let alice = world.trader(&exchange, "alice", 0);
    let carol = world.trader(&exchange, "carol", usd(100_000));
    world.deposit_token(&exchange, &alice, 1, coins * COIN);
    (exchange, alice, carol)
}

fn borrow(world: &mut World, exchange: &Exchange, who: &Trader, dollars: u64) -> Result<Outcome, Failure> {
    world.withdraw_cash(exchange, who, dollars * DOLLAR as u64)
}

/// Deposits so many quote units, which brings interest up to date.
fn deposit(world: &mut World, exchange: &Exchange, who: &Trader, amount: u64) -> Result<Outcome, Failure> {
    let owner = who.key.pubkey();
    let deposit =
        account_program::deposit(&exchange.group(), &who.account, 0, 0, &who.purse, &owner, amount, &[]);
    world.svm.send(&[deposit], &[&who.key])
}

/// Interest that stays in the vault is what roundings leave: some units at most, and never missing.
#[track_caller]
fn assert_sound(world: &mut World, exchange: &Exchange) {
    let group = exchange.group();
    let held = world.tokens(&ballast_interface::seeds::find_vault(&group).0);
    let owed = world.typed::<Group>(&group).owed_tokens();
    assert!(i128::from(held) >= owed, "{held} for {owed}");
}

fn a_month_and_a_year_below_the_kink(world: &mut World) {
    let (exchange, alice, carol) = lenders(world, 1);
    world.step("Alice takes out 40 000 of Carol's 100 000 dollars against one Bitcoin");
    let sent = done(borrow(world, &exchange, &alice, 40_000));
    world.detail("compute units", sent.compute_units);
    assert_eq!(cash(world, [&alice.account, &carol.account]), [usd(-40_000), usd(100_000)]);
    // Of one Bitcoin she may borrow no more than its value less initial margin: 95 000 - 21 395.55.
    refused(borrow(world, &exchange, &alice, 33_605), AccountError::MarginShort);

    world.step(
        "Thirty days later two fifths are lent: 2.5 % a year, half of what the kink at four fifths costs",
    );
    world.svm.pass(30 * DAY);
    world.mint_to(&alice.purse, 10_000 * DOLLAR as u64);
    done(deposit(world, &exchange, &alice, 1));
    done(deposit(world, &exchange, &carol, 1));
    // 40 000 x .025 x 30 / 365 = 82.191 780 82, rounded up for who owes and down for who lends.
    let expected = [-40_082_191_781 + 1, 100_082_191_780 + 1];
    assert_eq!(cash(world, [&alice.account, &carol.account]), expected);
    assert_sound(world, &exchange);

    world.step("After a year, 335 days at the share that is lent now");
    world.svm.pass(335 * DAY);
    done(deposit(world, &exchange, &alice, 1));
    done(deposit(world, &exchange, &carol, 1));
    // The share is 40 082.19178 / 100 082.191781 = .400 492 74; the rate .025 030 796 60; a part of 335 / 365:
    // 40 082.19178 x .022 973 470 86 = 920.827 064 7, and Carol as much.
    let [debt, lent] = cash(world, [&alice.account, &carol.account]);
    let (paid, got) = (-40_082_191_780 - (debt - 1), lent - 1 - 100_082_191_781);
    assert!((920_827_064..=920_827_066).contains(&paid), "{paid}");
    assert!((paid - 2..=paid).contains(&got), "{got} of {paid}");
    assert_sound(world, &exchange);

    world.step("Alice pays all of it back, and takes her Bitcoin home");
    done(deposit(world, &exchange, &alice, debt.unsigned_abs()));
    assert_eq!(cash(world, [&alice.account]), [0]);
    let group: Group = world.typed(&exchange.group());
    assert_eq!(group.borrowed(), 0);
    price(world, &exchange, 95_000);
    done(world.withdraw_cash(&exchange, &carol, lent as u64));
    // What is left are the fractions that nobody got.
    let left = world.tokens(&ballast_interface::seeds::find_vault(&exchange.group()).0);
    assert!(left <= 4, "{left}");
}

fn a_year_above_the_kink(world: &mut World) {
    let (exchange, alice, carol) = lenders(world, 2);
    world.step("Alice takes out 90 000 of 100 000 dollars: half-way from the kink at .8 to all");
    done(borrow(world, &exchange, &alice, 90_000));
    world.svm.pass(365 * DAY);
    world.mint_to(&alice.purse, 30_000 * DOLLAR as u64);
    done(deposit(world, &exchange, &alice, 1));
    done(deposit(world, &exchange, &carol, 1));
    // Half-way from 5 % to 50 %: 27.5 %, of which Carol's dollars get .9. Ratios are the nearest in 2^-40, which can
    // move a result that is whole by a unit.
    let [debt, lent] = cash(world, [&alice.account, &carol.account]);
    assert!((114_749_999_999..=114_750_000_001).contains(&-(debt - 1)), "{debt}");
    assert!((124_749_999_998..=124_750_000_000).contains(&(lent - 1)), "{lent}");
    assert!(lent - 1 - usd(100_000) <= -(debt - 1) - usd(90_000), "nobody gets what nobody paid");
    assert_sound(world, &exchange);
}

fn many_small_steps_charge_no_less(world: &mut World) {
    let (exchange, alice, carol) = lenders(world, 1);
    done(borrow(world, &exchange, &alice, 40_000));
    world.mint_to(&alice.purse, 100 * DOLLAR as u64);
    world.step("Somebody looks twelve times in thirty days, twice each time");
    for _ in 0..12 {
        world.svm.pass(30 * DAY / 12);
        for _ in 0..2 {
            done(deposit(world, &exchange, &alice, 1));
            done(deposit(world, &exchange, &carol, 1));
        }
        assert_sound(world, &exchange);
    }
    let [debt, lent] = cash(world, [&alice.account, &carol.account]);
    let (paid, got) = (-(debt - 24) - usd(40_000), lent - 24 - usd(100_000));
    // Twelve times 40 000 (1 + .025 / 146), the rate rising with the share: 82.315 781 3, where one step of a month
    // charges 82.191 780 8. Each look may cost the borrower a unit.
    assert!((82_315_781..82_315_781 + 50).contains(&paid), "{paid}");
    // A unit is rounded up for the borrower and down for the lender each time.
    assert!((paid - 50..=paid).contains(&got), "{got} of {paid}");
}

fn the_borrow_cap_holds_and_repaying_does_not_mind(world: &mut World) {
    let (exchange, alice, carol) = lenders(world, 2);
    let authority = exchange.risk.authority.insecure_clone();
    let rules = GroupRules { borrow_cap: 50_000 * DOLLAR as u64, ..group_rules() };
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &rules);
    done(world.svm.send(&[change], &[&authority]));
    world.step("All together may owe 50 000 dollars");
    done(borrow(world, &exchange, &alice, 50_000));
    refused(world.withdraw_cash(&exchange, &alice, 2), AccountError::BorrowCapReached);
    // Carol only takes what is hers.
    done(borrow(world, &exchange, &carol, 10_000));

    world.step("Interest goes beyond the cap by itself; then nobody adds to it, and everybody can repay");
    world.svm.pass(30 * DAY);
    price(world, &exchange, 95_000);
    refused(world.withdraw_cash(&exchange, &alice, 1), AccountError::BorrowCapReached);
    done(deposit(world, &exchange, &alice, 20_000 * DOLLAR as u64));
    done(borrow(world, &exchange, &alice, 19_000));

    world.step("What the vault does not hold cannot be borrowed, whatever the margin and the cap");
    let change = account_program::change_group(&exchange.group(), &authority.pubkey(), &group_rules());
    done(world.svm.send(&[change], &[&authority]));
    let held = world.tokens(&ballast_interface::seeds::find_vault(&exchange.group()).0);
    // 100 000 - 50 000 - 10 000 + 20 000 - 19 000.
    assert_eq!(held, 41_000 * DOLLAR as u64);
    assert!(world.withdraw_cash(&exchange, &alice, held + 1).is_err());
    done(world.withdraw_cash(&exchange, &alice, held));
    assert!(world.withdraw_cash(&exchange, &carol, 1).is_err(), "everything is lent");
}
