//! Real tokens of real token programs.

use crate::{actor, World};
use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use ballast_interface::account::instructions::TokenSide;
use solana_keypair::Keypair;
use solana_signer::Signer;

const ACCOUNT_LENGTH: usize = 165;
/// Where a token account's amount stands, in both token programs.
const AMOUNT: std::ops::Range<usize> = 64..72;

impl World {
    /// Opens a token account of somebody's; both token programs read this instruction alike.
    pub fn open_token_account(&mut self, mint: &Pubkey, owner: &Pubkey, name: &str) -> TokenSide {
        let token_program = self.svm.account(mint).expect("the mint exists").owner;
        // Room for the one extension that a mint of this kit may ask of its accounts.
        let length = if token_program == spl_token_interface::ID {
            ACCOUNT_LENGTH
        } else {
            self.extended_length(mint)
        };
        let (account, payer) = (actor(name), self.svm.payer());
        let rent = self.svm.rent(length);
        let create = system_instruction::create_account(
            &payer,
            &account.pubkey(),
            rent,
            length as u64,
            &token_program,
        );
        let mut initialise = spl_token_interface::instruction::initialize_account3(
            &spl_token_interface::ID,
            &account.pubkey(),
            mint,
            owner,
        )
        .expect("the instruction packs");
        initialise.program_id = token_program;
        self.svm.send(&[create, initialise], &[&account]).expect("the token account is opened");
        TokenSide { account: account.pubkey(), mint: *mint, token_program }
    }

    /// A mint with a fee on transfers asks its accounts to keep what is withheld.
    fn extended_length(&mut self, mint: &Pubkey) -> usize {
        let extended = self.svm.account(mint).expect("the mint exists").data.len() > ACCOUNT_LENGTH;
        // The type of the account, then the extension's type, length and eight bytes.
        if extended {
            ACCOUNT_LENGTH + 1 + 4 + 8
        } else {
            ACCOUNT_LENGTH
        }
    }

    /// Mints tokens, of which the payer of all fees is the authority.
    pub fn mint_to(&mut self, to: &TokenSide, amount: u64) {
        let mut mint_to = spl_token_interface::instruction::mint_to(
            &spl_token_interface::ID,
            &to.mint,
            &to.account,
            &self.svm.payer(),
            &[],
            amount,
        )
        .expect("the instruction packs");
        mint_to.program_id = to.token_program;
        self.svm.send(&[mint_to], &[]).expect("tokens are minted");
    }

    /// What a token account holds.
    pub fn tokens(&mut self, account: &Pubkey) -> u64 {
        let data = self.svm.account(account).expect("the token account exists").data;
        u64::from_le_bytes(data[AMOUNT].try_into().expect("eight bytes"))
    }

    /// Gives somebody a new token account with so many tokens.
    pub fn purse(&mut self, mint: &Pubkey, owner: &Keypair, name: &str, amount: u64) -> TokenSide {
        let purse = self.open_token_account(mint, &owner.pubkey(), name);
        if amount > 0 {
            self.mint_to(&purse, amount);
        }
        purse
    }
}
