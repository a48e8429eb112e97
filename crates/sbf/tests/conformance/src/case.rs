//! A case and how a run of inputs goes through it.

use crate::input::Input;
use crate::output::Output;

pub struct Case {
    pub name: &'static str,
    pub run: fn(&mut Input, &mut Output),
}

/// Runs inputs `seed`, `seed + 1`, … until `count` is reached or `proceed` says
/// that no more fit; at least one is always run. Every input has its own seed, so that
/// one number is enough to repeat a failure.
pub fn run(
    case: &Case,
    seed: u64,
    count: u32,
    output: &mut Output,
    mut proceed: impl FnMut() -> bool,
) -> u32 {
    let mut done = 0;
    while done < count {
        let mut input = Input::new(seed.wrapping_add(done as u64));
        (case.run)(&mut input, output);
        done += 1;
        if !proceed() {
            break;
        }
    }
    done
}

/// Lists the cases of a module under the names of their functions.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub const CASES: &[$crate::case::Case] = &[$($crate::case::Case {
            name: concat!(module_path!(), "::", stringify!($name)),
            run: $name,
        }),*];
    };
}
pub(crate) use cases;
