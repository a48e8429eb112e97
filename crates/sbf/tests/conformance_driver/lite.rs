//! LiteSVM.

use litesvm::LiteSVM;
use sbf_conformance::protocol::Request;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;

use super::machine::{Arch, Executed, Machine, UNITS};

pub struct Lite {
    arch: Arch,
    svm: LiteSVM,
    payer: Keypair,
    program: Keypair,
}

impl Lite {
    pub fn new(arch: Arch) -> Self {
        // Without a history the same request may be sent twice.
        let mut svm = LiteSVM::new().with_sigverify(false).with_transaction_history(0);
        let (payer, program) = (Keypair::new(), Keypair::new());
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000).expect("an airdrop");
        svm.add_program(program.pubkey(), &arch.program()).expect("LiteSVM accepts the program");
        Lite { arch, svm, payer, program }
    }
}

impl Machine for Lite {
    fn name(&self) -> String {
        format!("LiteSVM {}", self.arch.name())
    }

    fn execute(&mut self, request: Request) -> Executed {
        let call = Instruction::new_with_bytes(self.program.pubkey(), &request.to_bytes(), vec![]);
        let limit = ComputeBudgetInstruction::set_compute_unit_limit(UNITS);
        let message = Message::new(&[limit, call], Some(&self.payer.pubkey()));
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        let (error, meta) = match self.svm.send_transaction(transaction) {
            Ok(meta) => (None, meta),
            Err(failure) => (Some(failure.err.to_string()), failure.meta),
        };
        Executed { error, logs: meta.logs, reply: meta.return_data.data, units: meta.compute_units_consumed }
    }
}
