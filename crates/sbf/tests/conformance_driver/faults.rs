//! The driver itself: a program that is wrong must not pass.

use sbf_conformance::case::Case;
use sbf_conformance::cases;
use sbf_conformance::input::Input;
use sbf_conformance::output::Output;

use super::check;
use super::machine::Machine;

const NAME: &str = "::int128::multiply";

/// The case's own words with one bit of one of them turned over, for few of the inputs.
fn rarely_wrong(input: &mut Input, output: &mut Output) {
    let mut right = Output::keeping(0, usize::MAX);
    (multiply().1.run)(input, &mut right);
    for (place, word) in right.words().iter().enumerate() {
        let wrong = place == 3 && word & 0x1f == 7;
        output.word(word ^ (wrong as u64) << 40);
    }
}

fn multiply() -> (usize, &'static Case) {
    let found = cases::exact().enumerate().find(|(_, case)| case.name.ends_with(NAME));
    found.expect("a case of products")
}

pub fn run(machine: &mut dyn Machine) {
    let (index, case) = multiply();
    check::is_current(machine);
    check::exact(machine, index as u16, case, 1, 500).expect("the case as it is passes");
    let faulty = Case { name: "faulty", run: rarely_wrong };
    let error = check::exact(machine, index as u16, &faulty, 1, 500).expect_err("the fault is seen");
    assert!(error.contains("faulty on") && error.contains("1 input(s): word 3 of"), "{error}");
}
