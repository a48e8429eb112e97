//! A world: an SVM, people on it, and a voice that tells what happens.

use crate::{actor, svm::Outcome, Svm};
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use ballast_interface::{
    account::{instructions, CreateGroupArgs},
    ids, seeds,
};
use solana_keypair::Keypair;
use solana_signer::Signer;

const MINT_LENGTH: usize = 82;

/// An SVM with people, mints and groups.
pub struct World {
    /// The SVM under the world.
    pub svm: Box<dyn Svm>,
    steps: usize,
}

/// Who creates a group, and which.
pub struct GroupSpec<'a> {
    /// Creator, who signs.
    pub creator: &'a Keypair,
    /// Who pays the rent, and signs.
    pub payer: &'a Keypair,
    /// Mint of the quote token.
    pub quote_mint: Pubkey,
    /// Number among the creator's groups.
    pub index: u16,
    /// Who may change the group.
    pub authority: Pubkey,
    /// Who may tighten the group and stop changes.
    pub guardian: Pubkey,
}

impl GroupSpec<'_> {
    /// The arguments of `create_group`, with this network's sibling programs.
    pub fn args(&self) -> CreateGroupArgs {
        CreateGroupArgs {
            index: self.index,
            authority: self.authority,
            guardian: self.guardian,
            risk_program: ids::RISK,
            liquidation_program: ids::LIQUIDATION,
        }
    }
}

impl World {
    /// A world in which nothing has happened.
    pub fn new(svm: impl Svm + 'static) -> Self {
        Self { svm: Box::new(svm), steps: 0 }
    }

    /// Tells the next step of the story.
    pub fn step(&mut self, what: &str) {
        self.steps += 1;
        println!("{:>3}. {what}", self.steps);
    }

    /// Tells one detail of the step.
    pub fn detail(&self, name: &str, value: impl ToString) {
        println!("     {name:<14} {}", value.to_string());
    }

    /// A person with a hundred SOL.
    pub fn person(&mut self, name: &str) -> Keypair {
        let person = actor(name);
        self.svm.fund(&person.pubkey(), 100_000_000_000);
        person
    }

    /// Creates a mint with a real token program.
    pub fn create_mint(&mut self, token_program: &Pubkey, name: &str, decimals: u8) -> Pubkey {
        let (mint, payer) = (actor(name), self.svm.payer());
        let rent = self.svm.rent(MINT_LENGTH);
        let length = MINT_LENGTH as u64;
        let create = system_instruction::create_account(&payer, &mint.pubkey(), rent, length, token_program);
        // Both token programs read this instruction alike; the builder insists on its own.
        let mut initialise = spl_token_interface::instruction::initialize_mint2(
            &spl_token_interface::ID,
            &mint.pubkey(),
            &payer,
            None,
            decimals,
        )
        .expect("the instruction packs");
        initialise.program_id = *token_program;
        self.svm.send(&[create, initialise], &[&mint]).expect("the mint is created");
        mint.pubkey()
    }

    /// Creates a group and says what it took.
    pub fn create_group(&mut self, spec: &GroupSpec) -> (Pubkey, Outcome) {
        let creator = spec.creator.pubkey();
        let payer = spec.payer.pubkey();
        let create = instructions::create_group(&creator, &payer, &spec.quote_mint, &spec.args());
        let outcome = self
            .svm
            .send(&[create], &[spec.creator, spec.payer])
            .unwrap_or_else(|failure| panic!("create_group: {failure:#?}"));
        (seeds::find_group(&creator, spec.index).0, outcome)
    }

    /// Opens a margin account and says what it took.
    pub fn open_account(
        &mut self,
        group: &Pubkey,
        owner: &Keypair,
        payer: &Keypair,
        sub_id: u16,
    ) -> (Pubkey, Outcome) {
        let open = instructions::open_account(group, &owner.pubkey(), &payer.pubkey(), sub_id);
        let outcome = self
            .svm
            .send(&[open], &[owner, payer])
            .unwrap_or_else(|failure| panic!("open_account: {failure:#?}"));
        (seeds::find_margin_account(group, &owner.pubkey(), sub_id).0, outcome)
    }
}
