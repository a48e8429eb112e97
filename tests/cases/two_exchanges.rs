//! Two exchanges of one authority and one operator over the same dollar, with the same people: only the group tells
//! their accounts apart. And helpers that put an account into a state which no instruction leads to here.

use crate::{attempt::Ring, two_groups::TwoGroups};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{instructions as account_program, Group, MarginAccount, TradeLeg},
    ids,
    risk::Preset,
    seeds,
};
use ballast_testkit::{actor, Exchange, Instruction, Keypair, Signer, Trader, World, BTC, DOLLAR, ETH};

/// Dollars as quote units.
pub const fn dollars(amount: u64) -> u64 {
    amount * DOLLAR as u64
}

/// One ether, in the smallest unit of its token.
pub const ETHER: u64 = 100_000_000;

/// Both, with Bitcoin at 95 000 dollars and ether at 3 500.
pub struct TwoExchanges {
    /// The exchange that a story is about.
    pub ours: Exchange,
    /// The other one.
    pub other: Exchange,
    /// 100 000 dollars, one ether, and ten lots of the Bitcoin perp bought.
    pub alice: Trader,
    /// 100 000 dollars, and the same lots sold.
    pub bob: Trader,
    /// Alice's account at the other exchange, with a thousand dollars and one ether.
    pub foreign: Pubkey,
    /// Her second account here, with a record of orders and nothing else.
    pub second: Pubkey,
    /// Everybody who signs.
    pub ring: Ring,
}

/// Lots of the Bitcoin perp at a price in dollars a lot, which is a hundredth of a coin.
pub fn perp(lots: i64, price: u64) -> TradeLeg {
    TradeLeg { number: BTC, kind: 1, expiry: 0, strike: 0, lots, price: dollars(price) }
}

impl TwoExchanges {
    pub fn new(world: &mut World) -> Self {
        let two = TwoGroups::new(world, Preset::Ballast, &[BTC, ETH]);
        let TwoGroups { ours, other, payer } = two;
        let (ours, other) = (world.open_exchange(ours), world.open_exchange(other));
        for exchange in [&ours, &other] {
            world.set_price(&exchange.risk, BTC, 95_000_00000000);
            world.set_price(&exchange.risk, ETH, 3_500_00000000);
        }
        let alice = world.trader(&ours, "alice", 100_000 * DOLLAR);
        let bob = world.trader(&ours, "bob", 100_000 * DOLLAR);
        world.deposit_token(&ours, &alice, 2, ETHER);
        let key = alice.key.insecure_clone();
        let owner = key.pubkey();
        let (second, _) = world.open_account(&ours.group(), &key, &key, 1);
        let (foreign, _) = world.open_account(&other.group(), &key, &key, 0);
        for account in [&second, &foreign] {
            let record = account_program::open_orders(account, &owner, &owner, 0);
            world.svm.send(&[record], &[&key]).expect("a record of orders");
        }
        let (purse, amount) = (alice.purse, dollars(1_000));
        let deposit = account_program::deposit(&other.group(), &foreign, 0, 0, &purse, &owner, amount, &[]);
        world.svm.send(&[deposit], &[&key]).expect("money at the other exchange");
        let abroad = Trader { key: key.insecure_clone(), account: foreign, purse, nonce: 1 };
        world.deposit_token(&other, &abroad, 2, ETHER);
        world.block(&ours, &alice, &bob, &[perp(10, 950)]).expect("ten lots change hands");

        let mut keys = vec![payer, ours.operator.insecure_clone(), ours.risk.authority.insecure_clone()];
        keys.extend([key, bob.key.insecure_clone()]);
        keys.extend(["guardian", "stranger"].map(|name| world.person(name)));
        Self { ours, other, alice, bob, foreign, second, ring: Ring(keys) }
    }

    /// Our group.
    pub fn group(&self) -> Pubkey {
        self.ours.group()
    }

    /// Who pays rent, and is nothing else.
    pub fn payer(&self) -> Pubkey {
        self.ring.0[0].pubkey()
    }

    /// The authority of both groups.
    pub fn authority(&self) -> Pubkey {
        self.ours.risk.authority.pubkey()
    }

    /// Accounts of the other exchange, and others of ours, that stand nowhere by right but where they are named.
    pub fn strangers(&self) -> Vec<Pubkey> {
        let mut keys = vec![self.foreign, seeds::find_order_record(&self.foreign).0];
        for exchange in [&self.other, &self.ours] {
            let group = exchange.group();
            let venue = seeds::find_venue(&group, 1).0;
            keys.extend([group, seeds::find_vault(&group).0, seeds::find_model(&group).0, venue]);
            for number in [1, 2] {
                let bank = seeds::find_bank(&group, number).0;
                keys.extend([bank, seeds::find_vault(&bank).0, exchange.mints[usize::from(number) - 1]]);
                keys.extend([seeds::find_market(&group, number).0]);
                keys.extend([seeds::find_market_risk(&group, number).0]);
            }
        }
        keys.extend([
            self.bob.account,
            seeds::find_order_record(&self.bob.account).0,
            self.bob.purse.account,
        ]);
        keys.extend([self.bob.key.pubkey(), actor("stranger").pubkey(), self.authority()]);
        keys.extend([spl_token_interface::ID, ids::RISK, self.ours.dollar]);
        keys
    }

    /// Edits a margin account past all rules, and returns what it was.
    pub fn edit_account(
        &self,
        world: &mut World,
        address: &Pubkey,
        edit: impl FnOnce(&mut MarginAccount),
    ) -> MarginAccount {
        overwrite(world, address, edit)
    }

    /// Puts an account under liquidation, which the liquidation program will do.
    pub fn latch(&self, world: &mut World, address: &Pubkey, on: bool) {
        let since = if on { world.svm.now() } else { 0 };
        overwrite(world, address, |account: &mut MarginAccount| account.liquidation_since = since);
    }

    /// Stops things for an hour by the guardian, or lets everything go by the authority.
    pub fn stop(&self, world: &mut World, what: u32) {
        let by = if what == 0 { self.authority() } else { actor("guardian").pubkey() };
        let stop = account_program::stop(&self.group(), &by, what, 3_600);
        self.ring.accept(world, "a stop", &[stop]);
    }

    /// Tries an instruction while an account of ours is of another version, each kind in turn.
    pub fn refuse_versions(&self, world: &mut World, steps: &[Instruction], cases: &[(Pubkey, u32)]) {
        for (address, code) in cases {
            let good = world.svm.account(address).expect("the account exists");
            for version in [0, good.data[8] + 1] {
                let mut other = good.clone();
                other.data[8] = version;
                world.svm.set_account(address, other);
                self.ring.refuse_with(world, &format!("version {version} of {address}"), *code, steps);
            }
            world.svm.set_account(address, good);
        }
    }

    /// Publishes good prices, the same as before: within a minute they are old.
    pub fn good_prices(&self, world: &mut World) {
        world.set_price(&self.ours.risk, BTC, 95_000_00000000);
        world.set_price(&self.ours.risk, ETH, 3_500_00000000);
    }

    /// Address of one of our accounts.
    pub fn bank(&self, number: u16) -> Pubkey {
        seeds::find_bank(&self.group(), number).0
    }

    /// Likewise.
    pub fn market(&self, number: u16) -> Pubkey {
        seeds::find_market(&self.group(), number).0
    }

    /// Likewise.
    pub fn risk(&self, number: u16) -> Pubkey {
        seeds::find_market_risk(&self.group(), number).0
    }

    /// Likewise.
    pub fn venue(&self) -> Pubkey {
        seeds::find_venue(&self.group(), 1).0
    }

    /// Lets an ordinary key stand in for the liquidation program's address, which nobody can sign with as long as
    /// there is no such program. Returns the key's address.
    pub fn stand_in_rescuer(&mut self, world: &mut World) -> Pubkey {
        let key: Keypair = world.person("stand-in for the rescuer");
        let address = key.pubkey();
        for group in [self.ours.group(), self.other.group()] {
            overwrite(world, &group, |group: &mut Group| group.rescuer = address);
        }
        self.ring.0.push(key);
        address
    }
}

/// Edits a layout past all rules, and returns what it was.
pub fn overwrite<T: bytemuck::Pod>(world: &mut World, address: &Pubkey, edit: impl FnOnce(&mut T)) -> T {
    let before: T = world.typed(address);
    let mut after = before;
    edit(&mut after);
    world.overwrite(address, &after);
    before
}
