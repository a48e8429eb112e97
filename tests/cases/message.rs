//! Messages that a committee signs, of both kinds, and transactions of several instructions that must be refused.

use anchor_lang::prelude::Pubkey;
use ballast_interface::risk::{
    AttestMultiplierArgs, CreateMarketRiskArgs, CreateModelArgs, PostSurfaceArgs, Preset, Slice,
};
use ballast_testkit::{
    actor, dollars, fraction, risk_program, rules, Account, Failure, GroupSpec, Instruction, RiskSpec,
    Signer, World, BTC, START,
};

/// Seconds of a year of 365 days.
pub const YEAR: i64 = 31_536_000;

/// What a committee signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A surface.
    Surface,
    /// A multiplier of the scan range.
    Multiplier,
}

/// Both.
pub const KINDS: [Kind; 2] = [Kind::Surface, Kind::Multiplier];

/// What messages of both kinds begin with.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Group that the message is for.
    pub group: Pubkey,
    /// Number of the market.
    pub market: u16,
    /// Term of the committee.
    pub epoch: u64,
    /// Number of the message.
    pub sequence: u64,
    /// First second of its time.
    pub valid_from: i64,
    /// First second after it.
    pub valid_until: i64,
}

impl Kind {
    /// The head of a message that would be accepted now, for the BTC market of a first committee.
    pub fn head(self, world: &mut World, spec: &RiskSpec) -> Head {
        let (now, sequence) = (world.svm.now(), self.last(world, spec) + 1);
        Head { group: spec.group, market: BTC, epoch: 1, sequence, valid_from: now, valid_until: now + 600 }
    }

    /// The number of the last message of this kind that the BTC market took.
    pub fn last(self, world: &mut World, spec: &RiskSpec) -> u64 {
        world.market_risk(&spec.group, BTC).sequences[self as usize]
    }

    /// The message with that head: always the same flat date at the same index, or half as much range again.
    pub fn message(self, head: &Head) -> Instruction {
        let Head { group, market, epoch, sequence, valid_from, valid_until } = *head;
        if self == Self::Surface {
            let index = dollars(95_000);
            return risk_program::post_surface(&PostSurfaceArgs {
                group,
                market,
                epoch,
                sequence,
                valid_from,
                valid_until,
                index,
                slices: vec![flat(START + YEAR, index, 0.25)],
            });
        }
        risk_program::attest_multiplier(&AttestMultiplierArgs {
            group,
            market,
            epoch,
            sequence,
            valid_from,
            valid_until,
            multiplier: fraction(1.5),
        })
    }

    /// The longest time of a message, by the rules that markets of the testkit start with.
    pub fn longest(self) -> i64 {
        match self {
            Self::Surface => 3_600,
            Self::Multiplier => 86_400,
        }
    }
}

/// A date without a smile, of so much total variance.
pub fn flat(expiry: i64, forward: u64, variance: f64) -> Slice {
    let a = (variance * (1u64 << 48) as f64).round() as i64;
    Slice { expiry, forward, a, b: 0, rho: 0, m: 0, s: 0 }
}

/// Another group of the same authority, with the same attestors and a BTC market.
pub fn second_group(world: &mut World, first: &RiskSpec) -> RiskSpec {
    let authority = first.authority.insecure_clone();
    let (group, _) = world.create_group(&GroupSpec {
        creator: &authority,
        payer: &authority,
        quote_mint: actor("dollar").pubkey(),
        index: 2,
        authority: authority.pubkey(),
        guardian: actor("guardian").pubkey(),
    });
    let (key, seats) = (authority.pubkey(), first.attestors.each_ref().map(Signer::pubkey));
    let model = CreateModelArgs { preset: Preset::Ballast, peg_market: 0 };
    let market = CreateMarketRiskArgs { market: BTC, rules: rules(&group, BTC) };
    for step in [
        risk_program::create_model(&group, &key, &key, model),
        risk_program::create_committee(&group, &key, &key, &seats, 2),
        risk_program::create_market_risk(&group, &key, &key, &market),
    ] {
        world.svm.send(&[step], &[&authority]).expect("the second group gets its risk");
    }
    let attestors = first.attestors.each_ref().map(|attestor| attestor.insecure_clone());
    RiskSpec { group, authority, attestors, markets: vec![BTC] }
}

/// Sends a transaction that must be refused, and returns why it was, once no account that it names has changed but
/// the fee payer's.
pub fn refused(world: &mut World, what: &str, transaction: &[Instruction]) -> Failure {
    let before = accounts(world, transaction);
    let Err(failure) = world.svm.send(transaction, &[]) else {
        panic!("{what}: was accepted");
    };
    assert_eq!(before, accounts(world, transaction), "{what}: refused, yet something changed");
    failure
}

/// Sends a transaction that the risk program must refuse by that number.
pub fn refused_with(world: &mut World, what: &str, code: u32, transaction: &[Instruction]) {
    let failure = refused(world, what, transaction);
    assert_eq!(failure.code(), Some(code), "{what}: {failure:#?}");
}

/// Sends a transaction that the runtime must refuse, for the reason of that name.
pub fn refused_by_runtime(world: &mut World, what: &str, reason: &str, transaction: &[Instruction]) {
    let failure = refused(world, what, transaction);
    assert!(format!("{:?}", failure.reason).contains(reason), "{what}: {failure:#?}");
}

fn accounts(world: &mut World, transaction: &[Instruction]) -> Vec<(Pubkey, Option<Account>)> {
    let payer = world.svm.payer();
    let keys = transaction.iter().flat_map(|instruction| &instruction.accounts).map(|meta| meta.pubkey);
    let keys: Vec<_> = keys.filter(|key| *key != payer).collect();
    keys.into_iter().map(|key| (key, world.svm.account(&key))).collect()
}
