//! The program around the cases.

use core::hint::black_box;

use solana_account_info::AccountInfo;
use solana_cpi::set_return_data;
use solana_program_entrypoint::{entrypoint, ProgramResult, HEAP_START_ADDRESS};
use solana_program_error::ProgramError;
use solana_pubkey::Pubkey;

use crate::bench::BENCHES;
use crate::case::{self, Case};
use crate::cases::{self, panics};
use crate::output::Output;
use crate::protocol::{Mode, Request, END, WORDS_PER_PAGE};

/// What one input may still use when the next one is started.
const RESERVED_HEAP: u64 = 12 * 1024;

entrypoint!(process);

fn process(_program: &Pubkey, _accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let request = Request::from_bytes(data).ok_or(ProgramError::InvalidInstructionData)?;
    match request.mode {
        Mode::Digest => digest(&request),
        Mode::Words => words(&request),
        Mode::Panic => panic(&request),
        Mode::Bench => bench(&request),
        Mode::Catalogue => reply(cases::catalogue().to_le_bytes().to_vec()),
    }
}

fn case_of(request: &Request) -> Result<&'static Case, ProgramError> {
    cases::find(request.case as usize).ok_or(ProgramError::InvalidArgument)
}

fn digest(request: &Request) -> ProgramResult {
    let mut output = Output::digesting();
    let case = case_of(request)?;
    let done = case::run(case, request.seed, request.count, &mut output, heap_left);
    let mut data = output.digest().to_le_bytes().to_vec();
    data.extend(done.to_le_bytes());
    reply(data)
}

fn words(request: &Request) -> ProgramResult {
    let mut output = Output::keeping(request.skip, WORDS_PER_PAGE);
    let case = case_of(request)?;
    case::run(case, request.seed, request.count, &mut output, || true);
    let mut data = output.total().to_le_bytes().to_vec();
    for word in output.words() {
        data.extend(word.to_le_bytes());
    }
    reply(data)
}

fn panic(request: &Request) -> ProgramResult {
    let case = panics::find(request.case as usize).ok_or(ProgramError::InvalidArgument)?;
    let returned = (case.run)(black_box(request.seed));
    reply(returned.to_le_bytes().to_vec())
}

fn bench(request: &Request) -> ProgramResult {
    let bench = BENCHES.get(request.case as usize).ok_or(ProgramError::InvalidArgument)?;
    let result = (bench.run)(request.count);
    reply(result.to_le_bytes().to_vec())
}

fn reply(mut data: Vec<u8>) -> ProgramResult {
    data.push(END);
    set_return_data(&data);
    Ok(())
}

fn heap_left() -> bool {
    // The allocator hands out from the top and never takes back: the address of a fresh
    // byte says how much is left.
    let probe = black_box(Box::new(0u8));
    core::ptr::from_ref(&*probe) as u64 > HEAP_START_ADDRESS + RESERVED_HEAP
}
