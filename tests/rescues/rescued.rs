//! What adversaries and refusals share: a market that falls, an account that cannot pay, and who takes over.

use crate::stage::{bitcoin_exchange, done, perp, price, usd};
use ballast_interface::{
    account::Group,
    liquidation::{LiquidateArgs, LiquidationError, RescueRules},
};
use ballast_testkit::{rescue_rules, Exchange, Failure, Outcome, Trader, World};

/// Ann holds a hundred lots of the perp, one coin, that Ben sold her at 95 000 dollars; Kim has money.
pub struct Scene {
    pub exchange: Exchange,
    /// With as much money as a story gives her.
    pub ann: Trader,
    /// With half a million.
    pub ben: Trader,
    /// With 300 000.
    pub kim: Trader,
}

impl Scene {
    pub fn new(world: &mut World, money: i64) -> Self {
        Self::by(world, money, &rescue_rules())
    }

    pub fn by(world: &mut World, money: i64, rules: &RescueRules) -> Self {
        let exchange = bitcoin_exchange(world, &[]);
        world.create_fund(&exchange, rules);
        let [ann, ben, kim] = [("ann", money), ("ben", 500_000), ("kim", 300_000)]
            .map(|(name, money)| world.trader(&exchange, name, usd(money)));
        done(world.block(&exchange, &ann, &ben, &[perp(100, usd(950))]));
        Self { exchange, ann, ben, kim }
    }

    /// A price a minute later.
    pub fn price(&self, world: &mut World, dollars: i64) {
        world.svm.pass(60);
        price(world, &self.exchange, dollars);
    }

    /// Kim takes so many lots of Ann's perp over, or fewer.
    pub fn take(&self, world: &mut World, lots: u32) -> Result<Outcome, Failure> {
        let args = self.asking(world, lots);
        world.liquidate(&self.exchange, &self.ann.account, &self.kim, &args)
    }

    /// Arguments of that.
    pub fn asking(&self, world: &mut World, lots: u32) -> LiquidateArgs {
        let leg = world.quote_leg(&self.ann.account, |leg| leg.kind == 1, 1);
        LiquidateArgs { legs: vec![leg], units: lots, least_pay: i64::MIN / (1 << 33) }
    }

    /// Ann's loss is more than all that she has: 70 000 dollars a coin. Kim has taken her position over.
    pub fn ruin(&self, world: &mut World) {
        self.price(world, 70_000);
        done(world.begin(&self.exchange, &self.ann.account));
        done(self.take(world, 100));
        assert!(world.is_latched(&self.ann.account));
    }

    /// What Ann owes.
    pub fn owed(&self, world: &mut World) -> u64 {
        world.margin_account(&self.ann.account).owed()
    }

    /// Fees that the insurance has not taken in.
    pub fn waiting(&self, world: &mut World) -> u64 {
        world.typed::<Group>(&self.exchange.group()).insurance
    }
}

/// What must be refused by the liquidation program, and why.
#[track_caller]
pub fn refused(sent: Result<Outcome, Failure>, why: LiquidationError) {
    match sent {
        Ok(_) => panic!("was accepted, and not refused as {why:?}"),
        Err(failure) => assert_eq!(failure.code(), Some(u32::from(why)), "{why:?}: {failure:#?}"),
    }
}

/// What must be refused by a program with that number.
#[track_caller]
pub fn refused_by_number(sent: Result<Outcome, Failure>, code: u32) {
    match sent {
        Ok(_) => panic!("was accepted, and not refused as {code}"),
        Err(failure) => assert_eq!(failure.code(), Some(code), "{failure:#?}"),
    }
}
