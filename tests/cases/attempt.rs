//! Attempts on the account program that must be refused, change nothing, and end in an error, never in a crash.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{limit, Account, Failure, Instruction, Keypair, Signer, World};
use std::collections::BTreeSet;

/// Two tests of a story over `World`, on LiteSVM with v0 and v3: for matrices of hundreds of attempts.
macro_rules! on_litesvm {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use ballast_testkit::{Arch, Lite, World};

            #[test]
            fn on_litesvm_v0() {
                super::$story(&mut World::new(Lite::new(Arch::V0)));
            }

            #[test]
            fn on_litesvm_v3() {
                super::$story(&mut World::new(Lite::new(Arch::V3)));
            }
        }
    )+};
}
pub(crate) use on_litesvm;

/// Everybody who can sign something.
#[derive(Default)]
pub struct Ring(pub Vec<Keypair>);

impl Ring {
    /// The signers that a transaction asks for; an SVM would not take superfluous ones.
    fn of(&self, steps: &[Instruction], payer: Pubkey) -> Vec<&Keypair> {
        let asked = |key: Pubkey| {
            let mut metas = steps.iter().flat_map(|step| &step.accounts);
            key != payer && metas.any(|meta| meta.is_signer && meta.pubkey == key)
        };
        self.0.iter().filter(|key| asked(key.pubkey())).collect()
    }

    /// Sends what must succeed.
    pub fn accept(&self, world: &mut World, what: &str, steps: &[Instruction]) {
        let signers = self.of(steps, world.svm.payer());
        let done = world.svm.send(steps, &signers);
        assert!(done.is_ok(), "{what}: {done:#?}");
    }

    /// Sends what must be refused, and says why it was; or what is wrong.
    fn attempt(&self, world: &mut World, steps: &[Instruction]) -> Result<Failure, String> {
        let signers = self.of(steps, world.svm.payer());
        let before = snapshot(world, steps);
        let Err(failure) = world.svm.send(steps, &signers) else {
            return Err("was accepted".into());
        };
        if before != snapshot(world, steps) {
            return Err("was refused, yet something changed".into());
        }
        let reason = format!("{:?}", failure.reason);
        let crashes = ["ProgramFailedToComplete", "ComputationalBudgetExceeded", "SignatureFailure"];
        if crashes.iter().any(|word| reason.contains(word)) {
            return Err(format!("crashed: {failure:#?}"));
        }
        Ok(failure)
    }

    /// Sends what a program must refuse by that number.
    pub fn refuse_with(&self, world: &mut World, what: &str, code: u32, steps: &[Instruction]) {
        self.refuse_each(world, [(what, code, steps.to_vec())]);
    }

    /// Sends single instructions that must be refused, each by its number.
    pub fn refuse_all(&self, world: &mut World, cases: &[(&str, u32, Instruction)]) {
        self.refuse_each(world, cases.iter().map(|(what, code, step)| (*what, *code, alone(step).to_vec())));
    }

    /// Sends transactions that must be refused, each by its number; tells of all that are not.
    pub fn refuse_each<'a>(
        &self,
        world: &mut World,
        cases: impl IntoIterator<Item = (&'a str, u32, Vec<Instruction>)>,
    ) {
        let mut wrong = vec![];
        for (what, code, steps) in cases {
            match self.attempt(world, &steps) {
                Ok(failure) if failure.code() == Some(code) => {}
                Ok(failure) => wrong.push(format!("{what}: not {code}, but {}", said(&failure))),
                Err(why) => wrong.push(format!("{what}: {why}")),
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    /// Sends single instructions that must be refused for a reason of that name.
    pub fn refuse_naming(&self, world: &mut World, cases: &[(&str, &str, Instruction)]) {
        let mut wrong = vec![];
        for (what, reason, instruction) in cases {
            match self.attempt(world, &alone(instruction)) {
                Ok(failure) if said(&failure).contains(reason) => {}
                Ok(failure) => wrong.push(format!("{what}: not {reason}, but {}", said(&failure))),
                Err(why) => wrong.push(format!("{what}: {why}")),
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

/// What a failure says: the runtime's reason, and what the programs logged beside their comings and goings.
fn said(failure: &Failure) -> String {
    let told = failure.logs.iter().filter(|line| line.contains("rror"));
    format!("{:?} {:?}", failure.reason, told.collect::<Vec<_>>())
}

/// A transaction of one instruction, with all the compute units that there are.
pub fn alone(instruction: &Instruction) -> [Instruction; 2] {
    [limit(), instruction.clone()]
}

/// An instruction after an edit.
pub fn edited(instruction: &Instruction, edit: impl FnOnce(&mut Instruction)) -> Instruction {
    let mut instruction = instruction.clone();
    edit(&mut instruction);
    instruction
}

/// The same with another account at a place.
pub fn with(instruction: &Instruction, place: usize, key: &Pubkey) -> Instruction {
    edited(instruction, |instruction| instruction.accounts[place].pubkey = *key)
}

/// Which accounts of an instruction are tampered with, and how.
#[derive(Clone, Copy, Default)]
pub struct Tampering<'a> {
    /// Accounts that are put in the place of those of the same owner and length.
    pub strangers: &'a [Pubkey],
    /// Places whose account may be any other by right.
    pub free: &'a [usize],
    /// Places whose account may be missing by right.
    pub spare: &'a [usize],
    /// Places that need not be written although the builder says so.
    pub unwritten: &'a [usize],
    /// Accounts that may stand at a place by right.
    pub by_right: &'a [(usize, Pubkey)],
}

impl Tampering<'_> {
    /// Drops every account of the last step in turn, puts every other one, every stranger of its kind and nobody in its
    /// place, takes away its signature and its right to be written. Each must be refused; untampered, it is accepted.
    pub fn refuse(&self, world: &mut World, ring: &Ring, steps: &[Instruction]) {
        let (last, _) = steps.split_last().expect("a step");
        let mut attempts: Vec<(String, Option<u32>, Vec<Instruction>)> = vec![];
        let tampered = |edit: &dyn Fn(&mut Instruction)| {
            let mut steps = steps.to_vec();
            edit(steps.last_mut().expect("a step"));
            steps
        };
        for place in 0..last.accounts.len() {
            if !self.spare.contains(&place) {
                let dropped = tampered(&|step| {
                    step.accounts.remove(place);
                });
                attempts.push((format!("account {place} dropped"), None, dropped));
            }
            let meta = &last.accounts[place];
            if meta.is_signer {
                let unsigned = tampered(&|step| step.accounts[place].is_signer = false);
                attempts.push((format!("account {place} unsigned"), Some(3010), unsigned));
            }
            if meta.is_writable && !self.unwritten.contains(&place) {
                let unwritable = tampered(&|step| step.accounts[place].is_writable = false);
                attempts.push((format!("account {place} that cannot be written"), None, unwritable));
            }
            if self.free.contains(&place) {
                continue;
            }
            let kind = |account: Account| (account.owner, account.data.len());
            let known = world.svm.account(&meta.pubkey).map(kind);
            let mut others: BTreeSet<_> = last.accounts.iter().map(|meta| meta.pubkey).collect();
            for stranger in self.strangers {
                let alike = known.is_some() && world.svm.account(stranger).map(kind) == known;
                others.extend(alike.then_some(*stranger));
            }
            others.insert(Pubkey::new_from_array([9; 32]));
            for key in others {
                if key == meta.pubkey || self.by_right.contains(&(place, key)) {
                    continue;
                }
                let signs = ring.0.iter().any(|signer| signer.pubkey() == key);
                let exchanged = tampered(&|step| {
                    let meta = &mut step.accounts[place];
                    (meta.pubkey, meta.is_signer) = (key, meta.is_signer && signs);
                });
                attempts.push((format!("account {place} exchanged for {key}"), None, exchanged));
            }
        }
        let mut wrong = vec![];
        for (what, code, steps) in attempts {
            match ring.attempt(world, &steps) {
                Ok(failure) if code.is_none() || code == failure.code() => {}
                Ok(failure) => wrong.push(format!("{what}: not {code:?}, but {}", said(&failure))),
                Err(why) => wrong.push(format!("{what}: {why}")),
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        ring.accept(world, "untampered", steps);
    }
}

fn snapshot(world: &mut World, steps: &[Instruction]) -> Vec<(Pubkey, Option<Account>)> {
    let payer = world.svm.payer();
    let keys = steps.iter().flat_map(|step| &step.accounts).map(|meta| meta.pubkey);
    let keys: Vec<_> = keys.filter(|key| *key != payer).collect();
    keys.into_iter().map(|key| (key, world.svm.account(&key))).collect()
}
