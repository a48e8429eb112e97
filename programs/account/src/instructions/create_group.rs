//! Creates a margin system over a quote token.

use crate::{errors::AccountError, events::GroupCreated, quote_mint};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{CreateGroupArgs, Group, INDEX_ONE},
    ids, seeds,
};

/// Accounts of `create_group`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreateGroupArgs)]
pub struct CreateGroup<'info> {
    /// The group to be.
    #[account(
        init,
        payer = payer,
        space = Group::SIZE,
        seeds = [seeds::GROUP, creator.key().as_ref(), &args.index.to_le_bytes()],
        bump,
    )]
    pub group: AccountLoader<'info, Group>,
    /// Mint of the token in which the group counts.
    /// CHECK: owner, length and state are read by `quote_mint::decimals`.
    pub quote_mint: UncheckedAccount<'info>,
    /// Who creates the group, so that nobody else can take an address of theirs.
    pub creator: Signer<'info>,
    /// Who pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Creates the account.
    pub system_program: Program<'info, System>,
}

impl CreateGroup<'_> {
    fn validate(&self, args: &CreateGroupArgs) -> Result<()> {
        let none = Pubkey::default();
        require!(args.authority != none, AccountError::AuthorityMissing);
        require!(args.guardian != none && args.guardian != args.authority, AccountError::GuardianInvalid);
        // The gate asks the one risk program; neither sibling needs to be deployed yet.
        let (risk, liquidation) = (args.risk_program, args.liquidation_program);
        let named = risk != none && liquidation != none;
        let distinct = risk != liquidation && risk != crate::ID && liquidation != crate::ID;
        require!(named && distinct && risk == ids::RISK, AccountError::SiblingProgramInvalid);
        Ok(())
    }

    /// Creates the group; it holds nothing and lists nothing yet.
    pub fn create_group(ctx: Context<Self>, args: CreateGroupArgs) -> Result<()> {
        ctx.accounts.validate(&args)?;
        let quote_decimals = quote_mint::decimals(&ctx.accounts.quote_mint)?;

        {
            let group = &mut ctx.accounts.group.load_init()?;
            group.version = Group::VERSION;
            group.bump = ctx.bumps.group;
            group.index = args.index;
            group.quote_decimals = quote_decimals;
            group.creator = ctx.accounts.creator.key();
            group.authority = args.authority;
            group.guardian = args.guardian;
            group.quote_mint = ctx.accounts.quote_mint.key();
            group.quote_token_program = *ctx.accounts.quote_mint.owner;
            group.risk_program = args.risk_program;
            group.liquidation_program = args.liquidation_program;
            group.rescuer = seeds::find_rescuer(&ctx.accounts.group.key(), &args.liquidation_program).0;
            (group.deposit_index, group.debt_index) = (INDEX_ONE, INDEX_ONE);
            group.invariant()?;
        }

        emit_cpi!(GroupCreated {
            group: ctx.accounts.group.key(),
            creator: ctx.accounts.creator.key(),
            index: args.index,
            authority: args.authority,
            guardian: args.guardian,
            quote_mint: ctx.accounts.quote_mint.key(),
            quote_decimals,
            risk_program: args.risk_program,
            liquidation_program: args.liquidation_program,
        });
        Ok(())
    }
}
