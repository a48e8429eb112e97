//! Buys collateral of an account that no smaller position can cure.

use crate::{
    errors::LiquidationError,
    events::CollateralSwapped,
    given::Given,
    rescue::*,
    taking::{trades, Taking},
};
use anchor_lang::prelude::*;
use ballast_interface::{
    account::{token_value_up, Bank, MarginAccount},
    liquidation::{RescueRules, SwapCollateralArgs},
    risk::{Action, LiquidationQuote, QuoteArgs, QuoteLeg},
};

/// A sale may pass the target by this part of what is paid for it: it is made in one piece, and prices move while it is on
/// its way.
const SLACK: u64 = 64;
/// One, in the 10^-10 in which prices are counted.
const ONE: u128 = 10_000_000_000;

/// Accounts of `swap_collateral`; behind them, the markets in which either account has perps or claims, and the risks of
/// all markets that either margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct SwapCollateral<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
    /// The account that buys.
    #[account(mut)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// Its owner, or a delegate who may trade.
    pub liquidator: Signer<'info>,
    /// The token's bank.
    pub bank: AccountLoader<'info, Bank>,
}

impl<'info> SwapCollateral<'info> {
    fn validate(&self, now: i64) -> Result<()> {
        let rescue = &self.auctioned.rescue;
        require_fit(&rescue.margin_account, &self.taker)?;
        let allowed = self.taker.load()?.may_trade(self.liquidator.key, false, now);
        require!(allowed, LiquidationError::NotAllowed);
        require_keys_eq!(self.bank.load()?.group, rescue.group.key(), LiquidationError::BankWrong);
        Ok(())
    }

    /// What the tokens cost now, rounded up.
    #[inline(never)]
    fn price_up(
        &self,
        rules: &RescueRules,
        amount: u64,
        seconds: i64,
        given: &Given<'_, 'info>,
        now: i64,
    ) -> Result<u64> {
        let rescue = &self.auctioned.rescue;
        let risks = given.risks(&rescue.group.key())?;
        let bank = self.bank.load()?;
        let risk = risks.of(bank.market)?;
        // A token's doubtful feed keeps nobody from a liquidation, but nothing is sold by it.
        let permitted = Action::Liquidate.is_in(risk.price.permitted(&risk.rules, now));
        require!(risk.price.index > 0 && permitted, LiquidationError::TokenUnpriced);
        let decimals = rescue.group.load()?.quote_decimals;
        let value = token_value_up(amount, bank.decimals, risk.price.index, decimals)?;
        // Cash is counted in the quote token, whose own price may not be a dollar.
        let peg = match rescue.model.load()?.peg_market {
            0 => ONE,
            market => u128::from(risks.of(market)?.price.index).max(1),
        };
        let value = u128::from(value).saturating_mul(ONE).div_ceil(peg);
        let value = u64::try_from(value).map_err(|_| LiquidationError::NumberTooLarge)?;
        // What selling a token frees, at least about: its haircut, and the range that its rows move it by.
        let range = match risk.rules.moves_like {
            0 => 0,
            like => risks.of(like)?.range(now).0,
        };
        Ok(rules.token_price_up(value, risk.rules.haircut.saturating_add(range), seconds))
    }

    /// Refuses a sale while closing positions, all of them if need be, could cure the account. Returns what it is worth
    /// now, with the prices of the positions that go with the tokens.
    #[inline(never)]
    fn require_incurable(
        &self,
        rules: &RescueRules,
        args: SwapCollateralArgs,
        given: &Given<'_, 'info>,
        now: i64,
    ) -> Result<(Vec<QuoteLeg>, Box<LiquidationQuote>)> {
        let rescue = &self.auctioned.rescue;
        let SwapCollateralArgs { legs, units, .. } = args;
        let question = QuoteArgs { legs, units, terms: None, all: true };
        let quote = rescue.ask(&rescue.margin_account, given, &question)?;
        let (before, after) = (quote.before.margins(), quote.after.margins());
        self.auctioned.require_due(quote.permitted, &before, now)?;
        require!(rules.above_target(&before) < 0, LiquidationError::NoRelief);
        require!(rules.above_target(&after) < 0, LiquidationError::Curable);
        self.require_hedges(&question, given)?;
        Ok((question.legs, quote))
    }

    /// Refuses positions that could be taken over by themselves: those pay the insurance, and no more than is needed of
    /// them.
    #[inline(never)]
    fn require_hedges(&self, question: &QuoteArgs, given: &Given<'_, 'info>) -> Result<()> {
        if question.legs.is_empty() {
            return Ok(());
        }
        let rescue = &self.auctioned.rescue;
        let alone = QuoteArgs { all: false, ..question.clone() };
        let quote = rescue.ask(&rescue.margin_account, given, &alone)?;
        require!(quote.restores == 0, LiquidationError::NoHedge);
        Ok(())
    }

    /// Hands positions over with the tokens, at the mark.
    #[inline(never)]
    fn move_legs(
        &self,
        asked: &[QuoteLeg],
        quote: &LiquidationQuote,
        given: &Given<'_, 'info>,
        now: i64,
    ) -> Result<()> {
        if asked.is_empty() {
            return Ok(());
        }
        let rescue = &self.auctioned.rescue;
        let legs = trades(&*rescue.margin_account.load()?, asked, quote.units, &quote.prices)?;
        let (from, to) = (rescue.margin_account.as_ref(), self.taker.as_ref());
        let taking = Taking::free(legs, false);
        rescue.caller()?.move_legs(from, to, given.own, &taking.legs, taking.pay)?;
        self.auctioned.note(&taking, now)
    }

    /// Buys tokens for cash; the account's health must rise, and its target not be passed by more than a little.
    pub fn swap_collateral(ctx: Context<'info, Self>, args: SwapCollateralArgs) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let auctioned = &accounts.auctioned;
        let (rules, seconds) = auctioned.rules(now)?;
        accounts.validate(now)?;
        let amount = args.amount;
        require!(amount > 0, LiquidationError::AmountZero);
        let given = Given::new(ctx.remaining_accounts);
        let rescue = &auctioned.rescue;
        rescue.refresh(&given)?;

        let (legs, quote) = accounts.require_incurable(&rules, args, &given, now)?;
        let before = quote.before.margins().health().0;
        let paid = accounts.price_up(&rules, amount, seconds, &given, now)?;
        let (from, to) = (rescue.margin_account.as_ref(), accounts.taker.as_ref());
        rescue.caller()?.move_collateral(from, to, accounts.bank.as_ref(), amount)?;
        if paid > 0 {
            rescue.caller()?.move_cash(to, from, given.own, paid)?;
        }
        accounts.move_legs(&legs, &quote, &given, now)?;

        let after = margins(&*rescue.weigh(&rescue.margin_account, &given)?);
        // What is as good as cash may be sold for as much.
        require!(after.health().0 >= before, LiquidationError::NoRelief);
        let above = rules.above_target(&after);
        let slack = i128::from(paid.div_euclid(SLACK)).saturating_mul(rescue.unit()?);
        require!(above <= slack, LiquidationError::TargetPassed);
        let report = rescue.weigh(&accounts.taker, &given)?;
        require!(report.room.get() >= 0, LiquidationError::TakerShort);
        auctioned.auction.load_mut()?.count(0, false, now)?;
        let event = CollateralSwapped {
            group: rescue.group.key(),
            margin_account: rescue.margin_account.key(),
            taker: accounts.taker.key(),
            bank: accounts.bank.load()?.bank,
            amount,
            paid,
        };
        let ended = auctioned.release_if(above >= 0)?;
        emit_cpi!(event);
        if let Some(ended) = ended {
            emit_cpi!(ended);
        }
        Ok(())
    }
}
