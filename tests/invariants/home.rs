//! At the end of every sequence everybody can be counted and all fees be collected; then nothing stands beside what the
//! group knows, and its vault holds exactly that.

use crate::{
    books,
    play::Play,
    stage::MARKETS,
    state::{broken, same, Broken, State},
};
use ballast_interface::account::instructions::Numbers;
use ballast_testkit::{account_program, limit, liquidation_program, Instruction, Keypair, Signer};

/// Name of the promise.
pub const HOME: &str = "17 everybody can go home";

impl Play<'_> {
    /// Counts everybody and collects everything, and looks at what is left.
    pub fn go_home(&mut self) -> Result<(), Broken> {
        let _ = self.at.heard();
        let open: Vec<usize> = self.state.open().map(|(seat, _)| seat).collect();
        for seat in open {
            let count = self.counting(seat);
            self.must(&[limit(), count], &[])?;
        }
        self.look();
        let cast = self.cast;
        let group = cast.group();
        let [fees, insurance, venues] = self.state.waiting();
        let collect = |venue: u16| {
            account_program::collect_fees(&group, venue, &cast.fee_purses[usize::from(venue)], &MARKETS)
        };
        if fees > 0 || self.state.group.fees > 0 {
            self.must(&[collect(0)], &[])?;
        }
        if venues > 0 || self.state.venue.fees > 0 {
            self.must(&[collect(1)], &[])?;
        }
        if insurance > 0 || self.state.group.insurance > 0 {
            if cast.rescued {
                let (dollar, token) = (&cast.exchange.dollar, &cast.stranger_purse.token_program);
                let collect = liquidation_program::collect_insurance(&group, dollar, token, &MARKETS);
                self.must(&[collect], &[])?;
            } else {
                let by = cast.rescuer.pubkey();
                let pay = account_program::pay_insurance(&group, &cast.insurance, &by, &MARKETS);
                self.must(&[pay], &[&cast.rescuer])?;
            }
        }
        self.look();
        for bytes in self.at.heard() {
            self.history.hear(&bytes)?;
        }
        books::hold(&self.state)?;
        self.history.compare(&self.state, self.cast)?;
        left(&self.state)
    }

    /// What counts a seat, whatever stands there: settlement if it has something that is not counted, now and then, or a
    /// refresh.
    fn counting(&mut self, seat: usize) -> Instruction {
        let (exchange, key) = (&self.cast.exchange, self.cast.seats[seat].account);
        let [markets, risks] = self.world.needs(exchange, &[key], &[]);
        let beside = self.state.accounts[seat].as_ref().is_some_and(|account| account.uncounted != 0);
        if beside && seat % 2 == 1 {
            let numbers = Numbers { markets: &markets, banks: &[], risks: &[] };
            return account_program::settle_account(&exchange.group(), &key, &numbers);
        }
        let numbers = Numbers { markets: &markets, banks: &[], risks: &risks };
        account_program::refresh_account(&exchange.group(), &key, &numbers)
    }

    fn must(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<(), Broken> {
        match self.world.svm.send(instructions, signers) {
            Ok(_) => Ok(()),
            Err(failure) => broken(HOME, format!("{:?} {:#?}", failure.reason, failure.logs)),
        }
    }
}

/// Nothing is left but what is counted, interest, and pools.
pub fn left(state: &State) -> Result<(), Broken> {
    let group = &state.group;
    for (seat, account) in state.open() {
        same(HOME, &format!("uncounted of seat {seat}"), account.uncounted.into(), 0)?;
        same(HOME, &format!("counted of seat {seat}"), account.counted.into(), account.cash.into())?;
    }
    same(HOME, "fees that wait in markets", state.waiting().iter().sum(), 0)?;
    let fees = [group.fees, group.insurance, group.venue_fees, state.venue.fees];
    same(HOME, "fees", fees.into_iter().map(i128::from).sum(), 0)?;
    let pools: i128 = state.markets.iter().map(|market| i128::from(market.pool)).sum();
    same(HOME, "group.uncounted", group.uncounted.into(), pools)?;
    let cash: i128 = state.open().map(|(_, account)| i128::from(account.cash)).sum();
    same(HOME, "group.cash", group.cash.into(), cash)?;
    let owed = cash + i128::from(group.interest) + pools;
    same(HOME, "tokens of the vault", state.vaults[0].into(), owed)?;
    // Interest that was charged and not credited stays with the vault: it never lacks.
    if group.interest < 0 {
        return broken(HOME, format!("{} more interest was credited than charged", -group.interest));
    }
    Ok(())
}
