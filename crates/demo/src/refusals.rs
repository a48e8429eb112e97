//! What must be refused is tried every hour, and must be refused for the right reason: with the error that the program has
//! for it, in the instruction that asks for too much.

use crate::{
    broken::Broken,
    cast::{Kind, Person},
    stage::Stage,
    trade::{leg, mark, places},
};
use ballast_client::Instruction;
use ballast_interface::{
    account::{
        instructions::{self as account_program, Numbers},
        AccountError, MarginAccount, TradeLeg,
    },
    liquidation::LiquidationError,
    risk::Action,
};
use ballast_keeper::scan::Standing;
use ballast_testkit::{actor, liquidation_program, Keypair, Signer};

/// What is tried, and where it is counted.
const TRIED: [&str; 4] = [
    "a withdrawal of a unit more than margin leaves room for",
    "a withdrawal that a stranger signs",
    "the rescue of a healthy account",
    "a trade far beyond initial margin",
];
/// In how many of the day's hours each must have been possible.
const LEAST: u32 = 8;
/// A perp, among kinds of instruments.
const PERP: u8 = 1;
/// By how much of an account's value a trade is beyond its margin, at least.
const FAR: i128 = 2;

/// How often each attempt was made.
#[derive(Default)]
pub struct Refusals {
    times: [u32; TRIED.len()],
}

/// An attempt: under what name, what is sent, and who signs.
struct Attempt<'a> {
    kind: usize,
    name: &'static str,
    steps: Vec<Instruction>,
    signers: Vec<&'a Keypair>,
    /// The error that must come.
    code: u32,
}

impl Refusals {
    /// Tries everything once, on whoever it can be tried on, looking from a place onwards. What nobody's prices or book permit
    /// to be tried now, so that another reason could hide the right one, is left for another hour.
    pub fn attempt(&mut self, stage: &mut Stage, people: &[Person], from: usize) -> Result<(), Broken> {
        let stranger = actor("stranger");
        if stage.world.svm.account(&stranger.pubkey()).is_none() {
            // Rent must not be the reason.
            stage.world.svm.fund(&stranger.pubkey(), 1_000_000_000);
        }
        let order = || (0..people.len()).map(|place| &people[(from + place) % people.len()]);
        let makers: Vec<&Person> =
            places(people, Kind::Maker).into_iter().map(|place| &people[place]).collect();
        let attempts = [
            order().find_map(|person| stage.too_much(person)),
            order().find_map(|person| stage.stolen(person, &stranger)),
            order().find_map(|person| stage.too_early(person, &stranger)),
            order().find_map(|person| makers.iter().find_map(|maker| stage.too_large(person, maker))),
        ];
        for attempt in attempts.into_iter().flatten() {
            self.times[attempt.kind] += 1;
            stage.refused(attempt)?;
        }
        Ok(())
    }

    /// Refuses a day in which something was hardly ever tried.
    pub fn enough(&self, stage: &Stage) -> Result<(), Broken> {
        for (what, times) in TRIED.iter().zip(self.times) {
            if times < LEAST {
                let what = format!("Only {times} times could be tried: {what}.");
                return Err(stage.broken("what must be refused is tried", (LEAST - times).into(), what));
            }
        }
        Ok(())
    }
}

impl Stage {
    /// An account brought up to date, and how it stands, if its prices permit everything.
    fn certain(&self, person: &Person) -> Option<(MarginAccount, Standing)> {
        let fresh = self.fresh(&person.account)?;
        let standing = self.weigh().standing(&fresh).ok()?;
        let sure = Action::Increase.is_in(standing.permitted) && Action::Liquidate.is_in(standing.permitted);
        (sure && !self.is_latched(&person.account)).then_some((fresh, standing))
    }

    fn withdraw(&self, person: &Person, signer: &Keypair, amount: u64) -> Option<Instruction> {
        let needs = self.build().needs(&[&self.held(&person.account)], &[]).ok()?;
        let numbers: Numbers = needs.numbers();
        let (group, to) = (self.group_key(), &person.purses[0]);
        Some(account_program::withdraw(&group, &person.account, 0, to, &signer.pubkey(), amount, &numbers))
    }

    /// All that margin leaves room for, which must be let go, and one unit more, which must not: in one transaction, so that
    /// nothing changes.
    fn too_much<'a>(&self, person: &'a Person) -> Option<Attempt<'a>> {
        let (fresh, standing) = self.certain(person)?;
        let most = u64::try_from(standing.room.div_euclid(self.weigh().unit())).ok()?;
        let vault = self.group().cash.max(0) as u64;
        // Cash that is there: nobody has to lend it, so nothing but margin can be the reason.
        let there = most > 0 && most < (fresh.cash.max(0) as u64).min(vault);
        if !there || !fresh.legs.iter().any(|leg| leg.market != 0) {
            return None;
        }
        let steps = vec![self.withdraw(person, &person.key, most)?, self.withdraw(person, &person.key, 1)?];
        let (name, code) = ("account.withdraw", AccountError::MarginShort.into());
        Some(Attempt { kind: 0, name, steps, signers: vec![&person.key], code })
    }

    fn stolen<'a>(&self, person: &Person, stranger: &'a Keypair) -> Option<Attempt<'a>> {
        let (fresh, standing) = self.certain(person)?;
        if standing.room <= self.weigh().unit() || fresh.cash <= 1 {
            return None;
        }
        let steps = vec![self.withdraw(person, stranger, 1)?];
        let (name, code) = ("account.withdraw", AccountError::NotOwner.into());
        Some(Attempt { kind: 1, name, steps, signers: vec![stranger], code })
    }

    fn too_early<'a>(&self, person: &Person, stranger: &'a Keypair) -> Option<Attempt<'a>> {
        let (fresh, standing) = self.certain(person)?;
        if standing.health <= 0 || !fresh.has_liabilities() {
            return None;
        }
        let needs = self.build().needs(&[&self.held(&person.account)], &[]).ok()?;
        let (group, key) = (self.group_key(), stranger.pubkey());
        let steps = vec![liquidation_program::begin(&group, &person.account, &key, &needs.numbers())];
        let (name, code) = ("liquidation.begin", LiquidationError::Healthy.into());
        Some(Attempt { kind: 2, name, steps, signers: vec![stranger], code })
    }

    /// Somebody buys perps at the mark of a maker who could well sell them, for a margin of thrice all that there is.
    fn too_large<'a>(&self, person: &'a Person, maker: &'a Person) -> Option<Attempt<'a>> {
        if person.kind == Kind::Maker || person.kind == Kind::Keeper {
            return None;
        }
        let ((fresh, before), (other, _)) = (self.certain(person)?, self.certain(maker)?);
        if before.value <= 0 {
            return None;
        }
        let one = leg(1, PERP, 0, 0, 1);
        let one = TradeLeg { price: mark(self, &one)?, ..one };
        let beyond = |after: &Standing| {
            -after.room > FAR * before.value
                && after.value >= before.value
                && Action::Increase.is_in(after.permitted)
        };
        let lots = (4..20).map(|power| 1i64 << power);
        let mut large = lots.filter(|lots| {
            let after = self.after(&fresh, &[one], *lots);
            after.is_some_and(|after| beyond(&after))
        });
        let lots = large.next()?;
        let sold = self.after(&other, &[TradeLeg { lots: -1, ..one }], lots)?;
        if sold.room < 0 {
            return None;
        }
        let held = (self.held(&person.account), self.held(&maker.account));
        let keys = (person.key.pubkey(), maker.key.pubkey());
        let legs = [TradeLeg { lots, ..one }];
        let steps = self.build().block_trade((&held.0, &keys.0), (&held.1, &keys.1), &legs).ok()?;
        let (name, code) = ("account.block_trade", AccountError::HealthFalls.into());
        Some(Attempt { kind: 3, name, steps, signers: vec![&person.key, &maker.key], code })
    }

    /// Sends an attempt, whose last instruction must be refused with its error.
    fn refused(&mut self, attempt: Attempt) -> Result<(), Broken> {
        let Attempt { kind, name, steps, signers, code } = attempt;
        let (what, last) = (TRIED[kind], steps.len());
        let why = match self.send(name, &steps, &signers) {
            Ok(_) => format!("Accepted: {what}."),
            // The limit of compute units stands before the steps.
            Err(failure) if failure.code() == Some(code) && failure.place() == Some(last) => return Ok(()),
            Err(failure) => {
                let reason = &failure.reason;
                format!("Refused, but not with error {code} of the last step: {what}: {reason}.")
            }
        };
        Err(self.broken("what must be refused is refused", 0, why))
    }
}
