//! What the liquidation program's instructions about orders, claims and the insurance refuse, with the error's number;
//! nothing changes when they do. An ordinary key stands in for that program's address.

use crate::{
    attempt::{alone, edited, on_litesvm, with, Tampering},
    fill_scene,
    rescue_refusals::Scene,
    two_exchanges::{dollars, perp, TwoExchanges},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions::Numbers, pause, FillRescueArgs, Group, Order, RescuePay},
    seeds,
};
use ballast_testkit::{account_program, limit, sign_order, Instruction, Signer, World, BTC, ETH};

on_litesvm!(every_account_is_needed);
ballast_testkit::on_every_svm!(
    all_of_it_is_the_rescuers_alone,
    orders_are_filled_as_they_are_signed,
    cuts_are_no_more_than_is_owed,
    nothing_is_realised_without_a_profit_and_a_price,
    the_insurance_gets_what_there_is,
);

/// Alice, under liquidation and without cash, owes Bitcoin's pool 3 000 dollars, which Bob is owed; four of her ten lots
/// are left, at 950 dollars. Bitcoin stands at 90 000, and two dollars belong to the insurance.
struct Owing {
    scene: Scene,
}

impl Owing {
    fn new(world: &mut World) -> Self {
        let scene = Scene::new(world);
        let (group, two) = (scene.two.group(), &scene.two);
        let (alice, bob) = (two.alice.account, two.bob.account);
        let rescuer = scene.rescuer;
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };
        let pay = RescuePay { taker: 0, insurance: dollars(2) };
        let all = world.margin_account(&alice).cash as u64 - dollars(2);
        let steps = [
            account_program::move_cash(&group, &alice, &bob, &rescuer, all, &[BTC]),
            account_program::move_legs(&group, &alice, &bob, &rescuer, &[perp(-6, 450)], pay, &numbers),
        ];
        for step in &steps {
            two.ring.accept(world, "the scene", &alone(step));
        }
        world.set_price(&two.ours.risk, BTC, 90_000_00000000);
        let owing = Self { scene };
        assert_eq!(world.margin_account(&alice).unpaid(BTC), -3_000_000_000);
        assert_eq!(world.margin_account(&bob).unpaid(BTC), 3_000_000_000);
        owing
    }

    fn two(&self) -> &TwoExchanges {
        &self.scene.two
    }

    fn cut(&self, amount: u64) -> Instruction {
        let (group, alice) = (self.two().group(), self.two().alice.account);
        account_program::cut_claims(&group, &alice, &self.scene.rescuer, amount, BTC)
    }

    fn realise(&self, market: u16, markets: &[u16]) -> Instruction {
        let (group, bob) = (self.two().group(), self.two().bob.account);
        account_program::realise(&group, &bob, &self.scene.rescuer, market, markets)
    }

    fn pay(&self) -> Instruction {
        account_program::pay_insurance(&self.two().group(), &self.scene.purse, &self.scene.rescuer, &[])
    }

    /// Bob buys a lot at 900 dollars.
    fn args(&self, world: &mut World) -> FillRescueArgs {
        let now = world.svm.now();
        let order = fill_scene::order(self.two().bob.account, 1, now);
        let order = Order { venue: Order::RESCUE_VENUE, ..order };
        FillRescueArgs { order, units: 1, prices: vec![dollars(900)], pay: RescuePay::default() }
    }

    fn fill(&self, args: &FillRescueArgs) -> [Instruction; 3] {
        let (group, alice) = (self.two().group(), self.two().alice.account);
        let numbers = Numbers { markets: &[BTC], banks: &[], risks: &[] };
        let fill = account_program::fill_rescue(&group, &alice, &self.scene.rescuer, args, &numbers);
        [limit(), sign_order(&self.two().bob.key, &args.order, 2), fill]
    }
}

fn every_account_is_needed(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    let strangers = two.strangers();
    let plain = Tampering { strangers: &strangers, ..Tampering::default() };
    plain.refuse(world, &two.ring, &alone(&owing.cut(dollars(1))));
    // Where a profit is realised or legs move, the group need not be written.
    let unwritten = Tampering { unwritten: &[0], ..plain };
    unwritten.refuse(world, &two.ring, &alone(&owing.realise(BTC, &[BTC])));
    let args = owing.args(world);
    // Whom the rescuer rescues is its own affair.
    let by_right = [(1, two.second)];
    Tampering { by_right: &by_right, ..unwritten }.refuse(world, &two.ring, &owing.fill(&args));
    // Where the insurance keeps its money, too.
    let by_right = [(3, two.bob.purse.account), (3, seeds::find_vault(&two.other.group()).0)];
    Tampering { by_right: &by_right, ..plain }.refuse(world, &two.ring, &alone(&owing.pay()));
}

fn all_of_it_is_the_rescuers_alone(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    two.stop(world, pause::ALL);
    let args = owing.args(world);
    let all = [
        (owing.fill(&args).to_vec(), 4),
        (alone(&owing.realise(BTC, &[BTC])).to_vec(), 2),
        (alone(&owing.cut(dollars(1))).to_vec(), 2),
        (alone(&owing.pay()).to_vec(), 4),
    ];
    for (steps, place) in all {
        let last = steps.last().expect("a step").clone();
        assert_eq!(last.accounts[place].pubkey, owing.scene.rescuer);
        let changed = |step: Instruction| {
            let mut steps = steps.clone();
            *steps.last_mut().expect("a step") = step;
            steps
        };
        for other in [two.authority(), two.ring.0[5].pubkey(), two.bob.key.pubkey()] {
            two.ring.refuse_with(world, "somebody else", 6014, &changed(with(&last, place, &other)));
        }
        let unsigned = edited(&last, |step| step.accounts[place].is_signer = false);
        two.ring.refuse_with(world, "a rescuer who did not sign", 3010, &changed(unsigned));
        two.refuse_versions(world, &steps, &[(two.group(), 6005)]);
        // Nothing of it can be stopped.
        two.ring.accept(world, "the rescuer", &steps);
    }
}

fn orders_are_filled_as_they_are_signed(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    let good = owing.args(world);
    let now = world.svm.now();
    let of = |edit: &dyn Fn(&mut FillRescueArgs)| {
        let mut args = good.clone();
        edit(&mut args);
        owing.fill(&args).to_vec()
    };
    let filled = owing.fill(&good);
    let at = |place: usize, key: &Pubkey| {
        let [limit, check, fill] = filled.clone();
        vec![limit, check, with(&fill, place, key)]
    };
    let record = seeds::find_order_record(&two.alice.account).0;
    let [first, check, last] = filled.clone();
    let cases = [
        ("an order of a venue", 6074, of(&|args| args.order.venue = 1)),
        ("another account's order", 6083, of(&|args| args.order.margin_account = two.alice.account)),
        ("another account's record", 6074, at(3, &record)),
        ("an order of before", 6075, of(&|args| args.order.expires_at = now)),
        ("no nonce", 6073, of(&|args| args.order.nonce = 0)),
        ("another domain", 6073, of(&|args| args.order.domain[0] = 0)),
        ("no units", 6071, of(&|args| args.units = 0)),
        ("a unit too many", 6077, of(&|args| args.units = 11)),
        ("more units than a number holds", 6016, of(&|args| args.units = u64::MAX)),
        ("a price beyond the limit", 6080, of(&|args| args.prices[0] = dollars(950) + 1)),
        ("something asked beside", 6081, of(&|args| args.pay.taker = -1)),
        ("no price", 6101, of(&|args| args.prices.clear())),
        ("two prices", 6101, of(&|args| args.prices.push(1))),
        ("tokens", 6101, of(&|args| args.order.legs[0].kind = 0)),
        ("more for the insurance than a number holds", 6016, of(&|args| args.pay.insurance = u64::MAX)),
        (
            "a larger position by an order that only reduces",
            6082,
            of(&|args| {
                (args.order.reduce_only, args.units) = (true, 5);
            }),
        ),
        ("without a check", 6083, vec![first.clone(), last.clone()]),
        ("with a check that is not directly before", 6083, vec![check, first, last]),
    ];
    two.ring.refuse_each(world, cases);
    two.latch(world, &two.alice.account, false);
    two.ring.refuse_with(world, "from an account that is free", 6045, &filled);
    two.latch(world, &two.alice.account, true);
    let record = seeds::find_order_record(&two.bob.account).0;
    two.refuse_versions(world, &filled, &[(record, 6098), (two.market(BTC), 6019), (two.bob.account, 6006)]);
    two.ring.accept(world, "at the limit", &of(&|args| args.prices[0] = dollars(950)));
    two.ring.accept(
        world,
        "above it, with the rest paid beside",
        &of(&|args| {
            (args.prices[0], args.pay.taker) = (dollars(960), 10_000_000);
        }),
    );
}

fn cuts_are_no_more_than_is_owed(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    let good = owing.cut(1);
    let both = edited(&good, |cut| {
        let mut market = cut.accounts.last().expect("a market").clone();
        market.pubkey = two.market(ETH);
        cut.accounts.push(market);
    });
    let none = edited(&good, |cut| {
        cut.accounts.pop();
    });
    let place = good.accounts.len() - 1;
    two.ring.refuse_all(
        world,
        &[
            ("nothing", 6035, owing.cut(0)),
            ("a unit more than is owed", 6100, owing.cut(dollars(3_000) + 1)),
            ("the most of all", 6100, owing.cut(u64::MAX)),
            ("no market", 6050, none),
            ("two markets", 6050, both),
            ("a market without a loss", 6100, with(&good, place, &two.market(ETH))),
            ("an account that owes it nothing", 6100, with(&good, 1, &two.second)),
            ("an account that is not under liquidation", 6045, with(&good, 1, &two.bob.account)),
            ("another group's account", 6015, with(&good, 1, &two.foreign)),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.alice.account, 6006), (two.market(BTC), 6019)]);
    two.ring.accept(world, "some of it", &[owing.cut(dollars(1_000))]);
    two.ring.refuse_all(world, &[("more than the rest", 6100, owing.cut(dollars(2_000) + 1))]);
    two.ring.accept(world, "the rest", &[owing.cut(dollars(2_000))]);
    two.ring.refuse_all(world, &[("one more", 6100, owing.cut(1))]);
}

fn nothing_is_realised_without_a_profit_and_a_price(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    let good = owing.realise(BTC, &[BTC]);
    two.ring.refuse_all(
        world,
        &[
            ("no market", 6050, owing.realise(BTC, &[])),
            ("another market", 6050, owing.realise(BTC, &[ETH])),
            ("a market without a position", 6095, owing.realise(ETH, &[BTC, ETH])),
            ("a market that there is not", 6050, edited(&good, |step| step.data[8] = 9)),
            ("markets out of order", 6051, owing.realise(BTC, &[ETH, BTC])),
            ("an account under liquidation", 6044, with(&good, 1, &two.alice.account)),
            ("another group's account", 6015, with(&good, 1, &two.foreign)),
        ],
    );
    two.refuse_versions(world, &alone(&good), &[(two.bob.account, 6006), (two.market(BTC), 6019)]);
    world.svm.pass(61);
    two.ring.refuse_all(world, &[("an old price", 6048, good.clone())]);
    two.good_prices(world);
    two.ring.refuse_all(world, &[("at what it cost", 6095, good.clone())]);
    world.set_price(&two.ours.risk, BTC, 94_999_00000000);
    two.ring.accept(world, "a dollar of profit", &alone(&good));
    two.ring.refuse_all(world, &[("the same again", 6095, good)]);
}

fn the_insurance_gets_what_there_is(world: &mut World) {
    let owing = Owing::new(world);
    let two = owing.two();
    let good = owing.pay();
    let vault = |of: &Pubkey| seeds::find_vault(of).0;
    two.ring.refuse_all(
        world,
        &[
            ("another group's vault", 6030, with(&good, 1, &vault(&two.other.group()))),
            ("a bank's vault", 6030, with(&good, 1, &vault(&two.bank(2)))),
            ("another mint", 6033, with(&good, 2, &two.ours.mints[0])),
            ("the vault on both sides", 2040, with(&good, 3, &vault(&two.group()))),
        ],
    );
    // What belongs to others is not touched.
    let group: Group = world.typed(&two.group());
    world.overwrite(&two.group(), &Group { insurance: group.insurance + 1, fees: group.fees + 1, ..group });
    two.ring.refuse_all(world, &[("more than the vault can spare", 6031, good.clone())]);
    world.overwrite(&two.group(), &group);
    two.ring.accept(world, "all of it", std::slice::from_ref(&good));
    assert_eq!(world.typed::<Group>(&two.group()).insurance, 0);
    // That there is nothing is no mistake, and moves nothing.
    let held = world.tokens(&vault(&two.group()));
    two.ring.accept(world, "nothing", &alone(&good));
    assert_eq!(world.tokens(&vault(&two.group())), held);
}
