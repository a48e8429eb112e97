//! The margin engine gives the same bits on every SVM and on the host.
//!
//! Each side builds a random book from the same few bytes, assesses it and answers with a digest of the
//! whole report; see `crates/margin/tests/program`.

use anchor_lang::prelude::Pubkey;
use ballast_testkit::{Account, Arch, Bank, Instruction, Lite, Svm};
use margin_program::{answer, requests, Request};
use solana_compute_budget_interface::ComputeBudgetInstruction;
use std::collections::HashSet;

/// Books for each architecture in LiteSVM.
const MANY: usize = 2_500;
/// Books for each architecture in solana-program-test, where a transaction takes longer.
const SOME: usize = 50;
/// Digests of refusals lie below; those of reports are as good as never that small.
const REFUSALS: u64 = 1 << 33;
/// Where the code begins in the account that holds it.
const CODE_AT: usize = 45;
const OLDER_LOADER: Pubkey = Pubkey::from_str_const("BPFLoader2111111111111111111111111111111111");

#[test]
fn on_litesvm_v0() {
    let (mut svm, program) = lite(Arch::V0);
    agree(&mut svm, program, MANY, 1);
}

#[test]
fn on_litesvm_v3() {
    let (mut svm, program) = lite(Arch::V3);
    agree(&mut svm, program, MANY, 2);
}

#[test]
fn on_program_test_v0() {
    let (mut svm, program) = bank(Arch::V0);
    agree(&mut svm, program, SOME, 3);
}

#[test]
fn on_program_test_v3() {
    let (mut svm, program) = bank(Arch::V3);
    agree(&mut svm, program, SOME, 4);
}

/// A book that cannot be margined is refused for the same reason on both sides.
#[test]
fn a_refusal_is_the_same_too() {
    let (mut svm, program) = lite(Arch::V3);
    let request = Request { times: 1, rows: 2, markets: 4, expiries: 4, strikes: 4, linear: false, seed: 5 };
    let expected = answer(&request);
    assert!(expected < REFUSALS, "four expiries of four markets are more than a book holds");
    assert_eq!(call(&mut svm, program, request), expected);
}

/// The same digests for `count` random books, and other digests for other books.
fn agree(svm: &mut dyn Svm, program: Pubkey, count: usize, stream: u64) {
    let mut seen = HashSet::new();
    for request in requests(stream).take(count) {
        let (here, there) = (answer(&request), call(svm, program, request));
        assert_eq!(here, there, "{}: {request:?}", svm.name());
        assert!(here > REFUSALS, "{request:?} is refused");
        assert!(seen.insert(here), "{request:?} has the digest of another book");
        let other = Request { seed: request.seed + 1, ..request };
        assert_ne!(answer(&other), there, "{request:?} has the digest of the next seed");
    }
}

/// What the program says of a request.
fn call(svm: &mut dyn Svm, program: Pubkey, request: Request) -> u64 {
    let limit = ComputeBudgetInstruction::set_compute_unit_limit(1_400_000);
    let call = Instruction::new_with_bytes(program, &request.to_bytes(), vec![]);
    let sent = svm.send(&[limit, call], &[]).unwrap_or_else(|failure| panic!("{request:?}: {failure:#?}"));
    let (digest, end) = sent.return_data.split_at(8);
    assert_eq!(end, [1], "the digest is complete");
    u64::from_le_bytes(digest.try_into().expect("eight bytes"))
}

/// LiteSVM with the engine's program.
fn lite(arch: Arch) -> (Lite, Pubkey) {
    let mut svm = Lite::new(arch);
    let program = svm.load("margin_program");
    (svm, program)
}

/// solana-program-test with the same program, taken from LiteSVM.
fn bank(arch: Arch) -> (Bank, Pubkey) {
    let (mut lite, program) = lite(arch);
    let account = lite.account(&program).expect("LiteSVM holds the program");
    // The loader's tag, then the address of the account that holds the code.
    let code = Pubkey::try_from(&account.data[4..36]).expect("an address");
    let code = lite.account(&code).expect("LiteSVM holds the code").data.split_off(CODE_AT);
    let mut svm = Bank::new(arch);
    // Under the older loader a program is one account, and ready as soon as it is there.
    svm.set_account(&program, Account { data: code, owner: OLDER_LOADER, ..account });
    (svm, program)
}
