//! What must hold of a group's books, computed anew from the accounts' bytes.
//!
//! [`audit`] must not use the programs' arithmetic: whoever checks with the same formula finds the same mistake right.
//! Only `names::ORDER` also asks the accounts' and markets' own `invariant()`: it can add a fault, and hides none.
//! What accounts are worth and would lose is the engine's own answer, and stands apart in [`solvency`].

#![warn(missing_docs)]

mod beside;
mod books;
mod derivatives;
mod fund;
pub mod names;
mod order;
mod pools;
mod positions;
mod reading;
mod residual;
pub mod solvency;
mod tokens;

pub use books::Books;
pub use positions::{legs, worth};
pub use reading::{Places, Unreadable};
pub use residual::{Gifts, Residual};
pub use tokens::{cash_now, index_48};

use positions::Positions;
use residual::Checks;

/// Everything that must hold of some books, to the unit, as residuals: always the same names, in the order of
/// [`names::ALL`].
pub fn audit(books: &Books) -> Vec<Residual> {
    audit_with(books, Gifts::None)
}

/// The same, where somebody may have sent tokens to a vault: with [`Gifts::Allowed`], only what lacks is a fault there.
pub fn audit_with(books: &Books, gifts: Gifts) -> Vec<Residual> {
    let mut checks = Checks::new(gifts);
    let positions = Positions::of(books);
    tokens::check(&mut checks, books);
    order::check(&mut checks, books);
    derivatives::check(&mut checks, books, &positions);
    pools::check(&mut checks, books, &positions);
    fund::check(&mut checks, books);
    checks.all()
}
