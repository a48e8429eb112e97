//! What is checked after every step.

use crate::{
    broken::Broken,
    cast::Person,
    record::Check,
    stage::{Stage, MARKETS},
};
use ballast_audit::{
    audit,
    solvency::{solvency, Opinion, Solvency},
    Books, Places, Residual,
};
use ballast_testkit::{actor, Signer};

/// Audits the books after every step, and remembers the worst of each check.
pub struct Checks {
    places: Places,
    opinion: Opinion,
    all: Vec<Check>,
}

impl Checks {
    /// Of an exchange with everybody who has an account or a stake.
    pub fn new(stage: &mut Stage, people: &[Person]) -> Result<Self, Broken> {
        let accounts: Vec<_> = people.iter().map(|person| person.account).collect();
        let stakers = [1, 2].map(|number| actor(&format!("staker {number}")).pubkey());
        let (group, numbers) = (stage.group_key(), MARKETS.map(|(number, ..)| number));
        let places = Places::new(&group, &numbers, &accounts, &stakers);
        let opinion = stage.opinion()?;
        Ok(Self { places, opinion, all: vec![] })
    }

    /// Audits the books; returns them with what is off, or the first thing that is off further than it may be.
    pub fn audit(&mut self, stage: &mut Stage) -> Result<(Books, Vec<i64>), Broken> {
        let books = stage.books(&self.places)?;
        let found = audit(&books);
        for (place, residual) in found.iter().enumerate() {
            self.count(place, residual);
            if !residual.holds() {
                let (by, name) = (clamp(residual.residual), residual.name);
                return Err(stage.broken(name, by, format!("{} {}", residual.rule, residual.what)));
            }
        }
        Ok((books, found.iter().map(|residual| clamp(residual.residual)).collect()))
    }

    /// What the group would lose by row, and what stands against that.
    pub fn solvency(&mut self, stage: &mut Stage, books: &Books) -> Result<Solvency, Broken> {
        self.opinion = stage.opinion()?;
        Ok(solvency(books, &self.opinion))
    }

    fn count(&mut self, place: usize, residual: &Residual) {
        let by = clamp(residual.residual);
        if self.all.len() <= place {
            let allowed = (clamp(*residual.allowed.start()), clamp(*residual.allowed.end()));
            let (name, what) = (residual.name.to_owned(), residual.rule.to_owned());
            self.all.push(Check { name, what, times: 0, worst: 0, allowed });
        }
        let check = &mut self.all[place];
        check.times += 1;
        check.allowed.0 = check.allowed.0.min(clamp(*residual.allowed.start()));
        check.allowed.1 = check.allowed.1.max(clamp(*residual.allowed.end()));
        if by.unsigned_abs() > check.worst.unsigned_abs() {
            check.worst = by;
        }
    }

    /// All checks with the worst that was seen of each.
    pub fn done(self) -> Vec<Check> {
        self.all
    }
}

fn clamp(number: i128) -> i64 {
    number.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl Stage {
    fn opinion(&mut self) -> Result<Opinion, Broken> {
        let (group, numbers) = (self.group_key(), MARKETS.map(|(number, ..)| number));
        let svm = &mut self.world.svm;
        let read =
            Opinion::read(&group, &numbers, |key| svm.account(key).map(|found| (found.owner, found.data)));
        read.map_err(|why| self.broken("the books can be read", 0, why.to_string()))
    }

    fn books(&mut self, places: &Places) -> Result<Books, Broken> {
        let (now, svm) = (self.now, &mut self.world.svm);
        let read = Books::read(places, now, |key| svm.account(key).map(|found| (found.owner, found.data)));
        read.map_err(|why| self.broken("the books can be read", 0, why.to_string()))
    }
}
