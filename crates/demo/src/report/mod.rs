//! The report of a day, made from its record alone: for terminals, and as a page that needs nothing but a browser.

mod html;
mod terminal;

pub use html::html;
pub use terminal::terminal;
