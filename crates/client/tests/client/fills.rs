//! Orders that were signed off chain, settled by a venue, the group written only where it must be.

use crate::scene::Scene;
use anchor_lang::prelude::Pubkey;
use ballast_client::{Build, Event, Instruction, Sender};
use ballast_interface::{
    account::{OrderLeg, SettleFillsArgs},
    in_parallel,
};
use ballast_testkit::{Keypair, Signer, Trader, DOLLAR, ETH};

/// Signer and signature of a message.
pub fn signed(key: &Keypair, message: &[u8]) -> (Pubkey, [u8; 64]) {
    (key.pubkey(), key.sign_message(message).into())
}

/// Two traders with ten thousand dollars each, and a venue between them.
struct Venue {
    scene: Scene,
    sides: [Trader; 2],
    sender: Sender,
}

impl Venue {
    fn new() -> Self {
        let mut scene = Scene::new();
        let sides = ["fritz", "gerda"].map(|name| scene.trader(name));
        let operator = scene.small().exchange.operator.insecure_clone();
        scene.small().world.svm.fund(&operator.pubkey(), 1_000_000_000);
        let sender = scene.sender(&operator);
        Self { scene, sides, sender }
    }

    /// A fill in which the first buys one lot a unit of the second, who pays a fee.
    fn fill(&mut self, leg: OrderLeg, units: u64, price: u64, taker_fee: u64) -> SettleFillsArgs {
        let now = self.scene.run(self.scene.chain.now()).expect("there is a clock");
        let [first, second] = &mut self.sides;
        let maker = first.order(now, units, price as i64, &[leg]);
        let taker = second.order(now, units, -(price as i64), &[OrderLeg { lots: -leg.lots, ..leg }]);
        SettleFillsArgs {
            maker,
            taker,
            maker_units: units,
            taker_units: units,
            prices: vec![price],
            maker_fee: 0,
            taker_fee,
        }
    }

    /// Instructions for it, with the signers and signatures of both.
    fn steps(&self, args: &SettleFillsArgs, signed: [(Pubkey, [u8; 64]); 2]) -> Vec<Instruction> {
        let accounts = self.sides.each_ref().map(|side| self.scene.account(&side.account));
        let exchange = self.scene.exchange();
        let sides = [&accounts[0], &accounts[1]];
        Build::new(&exchange).settle_fills(&self.sender.payer(), sides, args, signed).expect("built")
    }

    fn signatures(&self, args: &SettleFillsArgs) -> [(Pubkey, [u8; 64]); 2] {
        let messages = [args.maker.message(), args.taker.message()];
        [0, 1].map(|side| signed(&self.sides[side].key, &messages[side]))
    }

    /// The group as it stands on chain.
    fn group(&self) -> Vec<u8> {
        let found = self.scene.run(self.scene.chain.account(&self.scene.group()));
        found.expect("the node answers").expect("the group is there").data
    }

    /// Cash of both, what is counted of it, and what is beside that.
    fn cash(&self) -> [[i64; 3]; 2] {
        self.sides.each_ref().map(|side| {
            let account = self.scene.account(&side.account).state;
            [account.cash, account.counted, account.uncounted]
        })
    }

    /// What a lot of ether's perp costs by the index.
    fn perp_price(&self) -> u64 {
        let exchange = self.scene.exchange();
        let index = exchange.risk(ETH).expect("known").price.index;
        (u128::from(index) * u128::from(exchange.market(ETH).expect("known").lot) / 10u128.pow(14)) as u64
    }
}

const PERP: OrderLeg = OrderLeg { number: ETH, kind: 1, expiry: 0, strike: 0, lots: 1 };

#[test]
fn a_fill_of_two_signed_orders_is_settled_by_the_operator() {
    let mut venue = Venue::new();
    let price = venue.perp_price();
    let args = venue.fill(PERP, 3, price, 0);
    let signatures = venue.signatures(&args);
    let steps = venue.steps(&args, signatures);
    let sent = venue.scene.run(venue.sender.send(&steps, &[])).expect("settled");
    let legs = venue.sides.each_ref().map(|side| venue.scene.account(&side.account).state.legs[0].quantity);
    assert_eq!(legs, [3, -3]);
    let events = venue.scene.run(venue.sender.events(&sent.signature)).expect("known");
    assert!(events.iter().any(|event| matches!(event, Event::Traded(_))), "{events:?}");
    // Signed by somebody else, it is refused.
    let forged = [signed(&venue.sides[1].key, &args.maker.message()), signatures[1]];
    let steps = venue.steps(&args, forged);
    venue.scene.run(venue.sender.send(&steps, &[])).expect_err("the maker did not sign");
}

#[test]
fn a_fill_leaves_the_group_as_it_was() {
    let mut venue = Venue::new();
    let (group, before) = (venue.group(), venue.cash());
    assert_eq!(before, [[10_000 * DOLLAR, 10_000 * DOLLAR, 0]; 2]);
    let price = venue.perp_price();
    let args = venue.fill(PERP, 3, price, 30_000);
    let steps = venue.steps(&args, venue.signatures(&args));
    assert!(steps[1].accounts[0].is_writable, "it is built to write the group");
    venue.scene.run(venue.sender.send(&steps, &[])).expect("settled");
    assert!(venue.group() == group, "the group is only read");
    // The fee stands beside what is counted of the taker's cash, and waits in the market.
    let [maker, taker] = before;
    assert_eq!(venue.cash(), [maker, [taker[0] - 30_000, taker[1], -30_000]]);
    let waiting = venue.scene.exchange().market(ETH).expect("known").waiting;
    assert_eq!(waiting.fees + waiting.venues[0].amount, 30_000);
    assert_eq!(waiting.venues[0].venue, 1);
}

#[test]
fn a_fill_that_has_to_be_counted_writes_the_group() {
    let mut venue = Venue::new();
    let (group, before) = (venue.group(), venue.cash());
    let expiry = u32::try_from(venue.scene.small().expiries[0]).expect("before 2106");
    let call = OrderLeg { number: ETH, kind: 3, expiry, strike: 3_400 * 100_000_000, lots: 1 };
    // Premiums of 2 000 dollars; an eighth of what is counted is 1 250.
    let args = venue.fill(call, 10, 200 * DOLLAR as u64, 30_000);
    let steps = venue.steps(&args, venue.signatures(&args));
    let parallel: Vec<_> = steps.iter().cloned().map(in_parallel).collect();
    let refused = venue.scene.run(venue.sender.send_as_is(&parallel, &[])).expect_err("it has to be counted");
    assert_eq!(refused.refusal().and_then(|refusal| refusal.code), Some(6_102));
    assert!(venue.group() == group && venue.cash() == before, "nothing was done");
    venue.scene.run(venue.sender.send(&steps, &[])).expect("settled");
    assert!(venue.group() != group, "the group is written");
    let after = [8_000 * DOLLAR, 12_000 * DOLLAR - 30_000].map(|cash| [cash, cash, 0]);
    assert_eq!(venue.cash(), after);
}

#[test]
fn whoever_says_so_has_the_group_written() {
    let mut venue = Venue::new();
    let group = venue.group();
    let price = venue.perp_price();
    let args = venue.fill(PERP, 3, price, 30_000);
    let steps = venue.steps(&args, venue.signatures(&args));
    venue.scene.run(venue.sender.send_as_is(&steps, &[])).expect("settled");
    assert!(venue.group() != group, "the group is written");
    let [_, taker] = venue.cash();
    assert_eq!(taker, [10_000 * DOLLAR - 30_000, 10_000 * DOLLAR - 30_000, 0]);
}
