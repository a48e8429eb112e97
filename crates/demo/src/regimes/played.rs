//! The day as it was played, on the same ledger as the other regimes: what everybody held when he made his next trade.

use super::{
    board::Board,
    fault::Fault,
    holder::Holder,
    street::is_spot,
    tokens::{lots_of, Banks},
};
use crate::tape::{Borne, Taken, Tape, Traded};
use ballast_interface::account::TradeLeg;

/// Everybody's book by the tape.
pub struct Played {
    /// By place in `people`.
    pub holders: Vec<Holder>,
}

impl Played {
    /// Everybody with what he brought.
    pub fn new(tape: &Tape, alone: bool) -> Result<Self, Fault> {
        let group = tape.model.group;
        let mut holders: Vec<Holder> = tape.starts.iter().map(|_| Holder::new(group, 0, alone)).collect();
        for start in &tape.starts {
            let holder = holders.get_mut(start.person).ok_or(Fault::PlaceUnknown)?;
            holder.account.cash += start.cash;
            for (bank, market, amount) in &start.tokens {
                holder.change_tokens(*bank, *market, i128::from(*amount), 0)?;
            }
        }
        Ok(Self { holders })
    }

    /// Brings funding and expiry up to date.
    pub fn refresh(&mut self, board: &mut Board) -> Result<(), Fault> {
        self.holders.iter_mut().try_for_each(|holder| holder.refresh(board))
    }

    /// Makes a trade as it was made.
    pub fn trade(&mut self, board: &mut Board, banks: &Banks, traded: &Traded) -> Result<(), Fault> {
        for (person, fee, legs) in sides(traded) {
            let holder = self.holders.get_mut(person).ok_or(Fault::PlaceUnknown)?;
            holder.account.cash -= fee;
            for leg in &legs {
                exchange(holder, board, banks, leg)?;
            }
        }
        Ok(())
    }

    /// Lets others bear what somebody owes, as they did.
    pub fn bear(&mut self, borne: &Borne) -> Result<(), Fault> {
        let holder = self.holders.get_mut(borne.person).ok_or(Fault::PlaceUnknown)?;
        holder.account.cash += borne.amount;
        Ok(())
    }

    /// Lets a keeper take over what he took.
    pub fn take(&mut self, board: &mut Board, taken: &Taken) -> Result<(), Fault> {
        let paid = taken.paid + taken.insurance;
        for (person, side, paid) in [(taken.person, 1, paid), (taken.keeper, -1, -taken.paid)] {
            let holder = self.holders.get_mut(person).ok_or(Fault::PlaceUnknown)?;
            holder.account.cash -= paid;
            for leg in &taken.legs {
                holder.trade(board, &TradeLeg { lots: leg.lots * side, ..*leg })?;
            }
            if let Some((bank, market, amount)) = taken.tokens {
                holder.change_tokens(bank, market, -i128::from(amount) * i128::from(side), 0)?;
            }
        }
        Ok(())
    }
}

/// Both sides of a trade: who, what fee, and the legs with his signs.
pub fn sides(traded: &Traded) -> [(usize, i64, Vec<TradeLeg>); 2] {
    let [first, second] = traded.fees;
    let mirrored = traded.legs.iter().map(|leg| leg.mirrored()).collect();
    [(traded.first, first, traded.legs.clone()), (traded.second, second, mirrored)]
}

/// Makes one leg of a trade.
pub fn exchange(holder: &mut Holder, board: &mut Board, banks: &Banks, leg: &TradeLeg) -> Result<(), Fault> {
    if !is_spot(leg) {
        return holder.trade(board, leg);
    }
    let market = banks.market(leg.number)?;
    let amount = board.token_amount(market, leg.lots)?;
    holder.change_tokens(leg.number, market, amount, -leg.value()?)
}

/// Lots that somebody holds of what a leg names.
pub fn held(holder: &Holder, board: &Board, banks: &Banks, leg: &TradeLeg) -> Result<i64, Fault> {
    if is_spot(leg) {
        return lots_of(holder, board, banks, leg.number);
    }
    Ok(holder.lots(leg.instrument().place()))
}
