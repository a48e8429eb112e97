//! What a plan costs: the rents of what it creates, and what buffers take until their programs are deployed.

use super::{Line, Planner, Sign};
use crate::{decimal::exact, wrong::Error};
use serde_json::{json, Value};
use std::fmt;

/// Bytes that every account pays for beside its own.
const HEAD: usize = 128;
/// Decimal places of a SOL.
const SOL: u8 = 9;

/// Something that lamports are needed for, in the order in which they are.
pub(crate) enum Need {
    /// Bytes that stay, those of an account's head included.
    Stays(usize),
    /// A buffer, of which some lamports are there already; all come back.
    Buffer { bytes: usize, held: u64 },
}

/// Lamports that a plan costs, fees left aside.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Rents of what stays.
    pub rents: u64,
    /// What buffers take, and give back.
    pub buffers: u64,
    /// Most that the payer must have at once.
    pub most: u64,
}

impl Cost {
    fn of(needs: &[Need], a_byte: u64) -> Self {
        let rent = |bytes: usize| i128::from(a_byte) * bytes as i128;
        let (mut cost, mut spent, mut most) = (Self::default(), 0, 0);
        for need in needs {
            match *need {
                Need::Stays(bytes) => {
                    spent += rent(bytes);
                    most = spent.max(most);
                    cost.rents += rent(bytes) as u64;
                }
                Need::Buffer { bytes, held } => {
                    let missing = (rent(bytes) - i128::from(held)).max(0);
                    most = (spent + missing).max(most);
                    // What is there from an earlier call comes back, too.
                    spent -= i128::from(held);
                    cost.buffers += missing as u64;
                }
            }
        }
        cost.most = most as u64;
        cost
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        json!({"rents": self.rents, "buffers": self.buffers})
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "It costs about {} SOL in rents", sol(self.rents + self.buffers))?;
        match self.buffers {
            0 => Ok(()),
            buffers => write!(f, ", of which {} SOL in buffers come back", sol(buffers)),
        }
    }
}

/// Lamports as SOL, to a tenth of a thousandth and upwards: more would not be about.
fn sol(lamports: u64) -> String {
    exact(lamports.next_multiple_of(100_000).into(), SOL)
}

impl Planner<'_> {
    /// Takes note of an account of so many bytes that the payer pays for.
    pub fn rent(&mut self, bytes: usize) {
        self.needs.push(Need::Stays(HEAD + bytes));
    }

    /// Takes note of so many bytes more of an account that is there.
    pub fn more(&mut self, bytes: usize) {
        self.needs.push(Need::Stays(bytes));
    }

    /// Takes note of a buffer, of which some lamports are there already.
    pub fn buffer(&mut self, bytes: usize, held: u64) {
        self.needs.push(Need::Buffer { bytes: HEAD + bytes, held });
    }

    /// Sums up, and refuses if the payer has less than is needed.
    pub(super) async fn count(&mut self) -> Result<(), Error> {
        if self.needs.is_empty() {
            return Ok(());
        }
        let least = self.chain.rpc().get_minimum_balance_for_rent_exemption(0).await;
        let a_byte = least.map_err(ballast_client::Error::from)? / HEAD as u64;
        self.plan.cost = Cost::of(&self.needs, a_byte);
        let has = self.chain.account(&self.payer).await?.map_or(0, |payer| payer.lamports);
        let most = self.plan.cost.most;
        if has < most {
            let thing = format!("payer {}", self.payer);
            let why =
                format!("it has {} SOL, and {} SOL are needed at once", exact(has.into(), SOL), sol(most));
            self.plan.lines.push(Line::whole(Sign::Refuse, &thing, "").refused(&why));
        }
        Ok(())
    }
}
