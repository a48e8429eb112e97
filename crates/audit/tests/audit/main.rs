//! Books of a real exchange hold, whatever is planted in them is found, and small ones are as solvent as by hand.

mod beside;
mod claims;
mod losses;
mod planted;
mod real;
mod scene;
mod solvent;
