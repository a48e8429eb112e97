//! What a fill and a liquidation change of all accounts that there are: all that they locked for writing, and nothing else;
//! side by side with others, nothing of what a group has but one of.

#![cfg(test)]

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{OrderLeg, SettleFillsArgs},
    in_parallel,
    liquidation::LiquidateArgs,
    risk::Preset,
    seeds,
};
use ballast_testkit::{
    account_program, limit, liquidation_program, rescue_rules, Account, Arch, Exchange, Instruction, Keypair,
    Lite, Signer, Svm, Trader, World, BTC, DOLLAR, ETH,
};
use std::{any::Any, collections::BTreeMap};

/// What is done to an instruction before it is sent.
type Form = fn(Instruction) -> Instruction;

/// Nothing: it writes the group.
fn as_built(instruction: Instruction) -> Instruction {
    instruction
}

/// Ann is long Bitcoin, Ben is short; Kim has money. Nobody holds ether.
struct Stage {
    world: World,
    exchange: Exchange,
    ann: Trader,
    ben: Trader,
    kim: Trader,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new(Lite::new(Arch::V3));
        let exchange = world.create_exchange(Preset::Ballast, &[BTC, ETH]);
        world.create_fund(&exchange, &rescue_rules());
        world.set_price(&exchange.risk, BTC, 95_000_00000000);
        world.set_price(&exchange.risk, ETH, 3_500_00000000);
        let [ann, ben, kim] = [("ann", 30_000), ("ben", 500_000), ("kim", 300_000)]
            .map(|(name, money)| world.trader(&exchange, name, money * DOLLAR));
        Self { world, exchange, ann, ben, kim }
    }

    /// Every account but those of programs, sysvars and whoever pays for transactions.
    fn accounts(&self) -> BTreeMap<Pubkey, Account> {
        let svm: &dyn Svm = &*self.world.svm;
        let lite = (svm as &dyn Any).downcast_ref::<Lite>().expect("a world in LiteSVM");
        lite.accounts().into_iter().collect()
    }

    /// Sends instructions, and names what they changed and what they locked for writing.
    fn changes(&mut self, steps: &[Instruction], signers: &[&Keypair]) -> [Vec<&'static str>; 2] {
        let before = self.accounts();
        self.world.svm.send(steps, signers).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let after = self.accounts();
        let names = self.names();
        let named = |held: &dyn Fn(&Pubkey) -> bool| {
            let mut found: Vec<_> =
                names.iter().filter(|(key, _)| held(key)).map(|(_, name)| *name).collect();
            found.sort_unstable();
            found
        };
        let changed = |key: &Pubkey| before.get(key) != after.get(key);
        let locked = |key: &Pubkey| {
            steps.iter().flat_map(|step| &step.accounts).any(|m| m.pubkey == *key && m.is_writable)
        };
        for key in before.keys().chain(after.keys()).filter(|key| changed(key)) {
            assert!(
                names.iter().any(|(known, _)| known == key),
                "{key}, which has no name here, has changed"
            );
            assert!(locked(key), "{key} was changed without a lock");
        }
        [named(&changed), named(&locked)]
    }

    /// Names of everything that the exchange and its people have.
    fn names(&self) -> Vec<(Pubkey, &'static str)> {
        let group = self.exchange.group();
        let fund = seeds::find_fund(&group).0;
        let mut names = vec![
            (group, "group"),
            (seeds::find_vault(&group).0, "vault"),
            (seeds::find_model(&group).0, "model"),
            (seeds::find_committee(&group).0, "committee"),
            (fund, "fund"),
            (seeds::find_fund_vault(&fund).0, "fund's vault"),
            (seeds::find_venue(&group, 1).0, "venue"),
        ];
        let ones = [
            (BTC, ["bitcoin", "bitcoin's risk", "bitcoin's bank"]),
            (ETH, ["ether", "ether's risk", "ether's bank"]),
        ];
        for (number, [market, risk, bank]) in ones {
            names.push((seeds::find_market(&group, number).0, market));
            names.push((seeds::find_market_risk(&group, number).0, risk));
            names.push((seeds::find_bank(&group, number).0, bank));
        }
        let people = [
            (&self.ann, ["ann", "ann's orders", "ann's auction", "ann's wallet"]),
            (&self.ben, ["ben", "ben's orders", "ben's auction", "ben's wallet"]),
            (&self.kim, ["kim", "kim's orders", "kim's auction", "kim's wallet"]),
        ];
        for (trader, [account, record, auction, wallet]) in people {
            names.push((trader.account, account));
            names.push((seeds::find_order_record(&trader.account).0, record));
            names.push((seeds::find_auction(&trader.account).0, auction));
            names.push((trader.key.pubkey(), wallet));
        }
        names
    }

    /// Ann buys so many lots from Ben at 950 dollars a lot, each for a fee of half a dollar.
    fn fill(&mut self, lots: u64) -> [Instruction; 3] {
        let now = self.world.svm.now();
        let leg = |lots| [OrderLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots }];
        let limit = 950 * DOLLAR;
        let args = SettleFillsArgs {
            maker: self.ann.order(now, lots, limit, &leg(1)),
            taker: self.ben.order(now, lots, -limit, &leg(-1)),
            maker_units: lots,
            taker_units: lots,
            prices: vec![limit as u64],
            maker_fee: DOLLAR as u64 / 2,
            taker_fee: DOLLAR as u64 / 2,
        };
        let signers = [self.ann.key.insecure_clone(), self.ben.key.insecure_clone()];
        self.world.settle_fills(&self.exchange, [&signers[0], &signers[1]], &args)
    }
}

#[test]
fn a_fill_changes_what_it_locks_and_nothing_else() {
    let own = ["ann", "ann's orders", "ben", "ben's orders", "bitcoin"];
    for (form, shared) in [(as_built as Form, &["group", "venue"][..]), (in_parallel, &[])] {
        let mut stage = Stage::new();
        let operator = stage.exchange.operator.insecure_clone();
        let fill = stage.fill(100).map(form);
        let [changed, locked] = stage.changes(&fill, &[&operator]);
        assert_eq!(changed, [&own, shared].concat());
        assert_eq!(locked, changed, "nothing is locked without need");
    }
}

#[test]
fn a_liquidation_changes_what_it_locks_and_nothing_else() {
    for (form, shared) in [(as_built as Form, Some("group")), (in_parallel, None)] {
        let mut stage = Stage::new();
        let operator = stage.exchange.operator.insecure_clone();
        let fill = stage.fill(100).map(form);
        stage.changes(&fill, &[&operator]);
        for price in [90_000, 85_000, 80_000, 75_000] {
            stage.world.svm.pass(60);
            stage.world.set_price(&stage.exchange.risk, BTC, price * 100_000_000);
        }
        let group = stage.exchange.group();
        let (key, kim) = (stage.kim.key.insecure_clone(), stage.kim.account);
        let ann = stage.ann.account;
        let numbers = account_program::Numbers { markets: &[BTC], banks: &[], risks: &[BTC] };
        let owner = key.pubkey();
        let begin = liquidation_program::begin(&group, &ann, &owner, &numbers);
        let leg = stage.world.quote_leg(&ann, |leg| leg.kind == 1, 1);
        let args = LiquidateArgs { legs: vec![leg], units: 5, least_pay: 0 };
        let take = liquidation_program::liquidate(&group, &ann, &owner, (&kim, &owner), &numbers, &args);
        let [changed, locked] = stage.changes(&[limit(), form(begin), form(take)], &[&key]);
        let own =
            ["ann", "ann's auction", "bitcoin"].into_iter().chain(shared).chain(["kim", "kim's wallet"]);
        assert_eq!(changed, own.collect::<Vec<_>>());
        assert_eq!(locked, changed, "nothing is locked without need");
    }
}
