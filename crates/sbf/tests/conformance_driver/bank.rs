//! solana-program-test: the bank of a validator.

use sbf_conformance::protocol::Request;
use solana_account::Account;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_program_test::{ProgramTest, ProgramTestContext};
use solana_signer::Signer;
use solana_transaction::Transaction;
use tokio::runtime::Runtime;

use super::machine::{Arch, Executed, Machine, UNITS};

/// How many transactions share a blockhash before it is asked for again.
const BLOCKHASH_LIFE: u64 = 64;

pub struct Bank {
    arch: Arch,
    runtime: Runtime,
    context: ProgramTestContext,
    program: Keypair,
    sent: u64,
}

impl Bank {
    pub fn new(arch: Arch) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let program = Keypair::new();
        let mut test = ProgramTest::default();
        // It would print every line of every log.
        log::set_max_level(log::LevelFilter::Off);
        let account = Account {
            lamports: 1_000_000_000_000,
            data: arch.program(),
            owner: solana_sdk_ids::bpf_loader::id(),
            executable: true,
            rent_epoch: 0,
        };
        test.add_account(program.pubkey(), account);
        let context = runtime.block_on(test.start_with_context());
        Bank { arch, runtime, context, program, sent: 0 }
    }
}

impl Machine for Bank {
    fn name(&self) -> String {
        format!("solana-program-test {}", self.arch.name())
    }

    fn execute(&mut self, request: Request) -> Executed {
        if self.sent.is_multiple_of(BLOCKHASH_LIFE) {
            let blockhash = self.runtime.block_on(self.context.get_new_latest_blockhash());
            self.context.last_blockhash = blockhash.expect("a blockhash");
        }
        // A bank takes no transaction twice: a number that the program ignores makes each new.
        self.sent += 1;
        let mut data = request.to_bytes();
        data.extend(self.sent.to_le_bytes());
        let call = Instruction::new_with_bytes(self.program.pubkey(), &data, vec![]);
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(UNITS);
        let payer = &self.context.payer;
        let message = Message::new(&[limit, call], Some(&payer.pubkey()));
        let transaction = Transaction::new(&[payer], message, self.context.last_blockhash);
        let sending = self.context.banks_client.process_transaction_with_metadata(transaction);
        let executed = self.runtime.block_on(sending).expect("the bank answers");
        let metadata = executed.metadata;
        let (logs, units, reply) = metadata.map_or_else(Default::default, |metadata| {
            let reply = metadata.return_data.map(|reply| reply.data).unwrap_or_default();
            (metadata.log_messages, metadata.compute_units_consumed, reply)
        });
        Executed { error: executed.result.err().map(|error| error.to_string()), logs, reply, units }
    }
}
