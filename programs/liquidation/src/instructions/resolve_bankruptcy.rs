//! Makes the next hop of the waterfall: what a bankrupt account owes is borne by the insurance, then by those who won in
//! the markets that it lost in, then by all lenders.

use crate::{
    calls::Tokens,
    errors::LiquidationError,
    events::LossBorne,
    given::{market, Given},
    rescue::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use ballast_interface::{
    account::{token_value_up, Group, MAX_MARKETS},
    liquidation::{Fund, Hop},
    risk::Action,
};
use ballast_margin::units::STEPS;

/// Accounts of `resolve_bankruptcy`; behind them, all markets that the account owes something to, and the risks of all
/// markets that its margin depends on.
#[event_cpi]
#[derive(Accounts)]
pub struct ResolveBankruptcy<'info> {
    /// The rescue.
    pub auctioned: Auctioned<'info>,
    /// The group once more, since a loss is everybody's.
    #[account(mut, address = auctioned.rescue.group.key())]
    pub group: AccountLoader<'info, Group>,
    /// The fund once more.
    #[account(mut, address = auctioned.rescue.fund.key())]
    pub fund: AccountLoader<'info, Fund>,
    /// The group's vault.
    #[account(mut)]
    pub vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Mint of the quote token.
    pub mint: Box<InterfaceAccount<'info, Mint>>,
    /// The fund's vault.
    #[account(mut)]
    pub fund_vault: Box<InterfaceAccount<'info, TokenAccount>>,
    /// Token program of the mint.
    pub token_program: Interface<'info, TokenInterface>,
}

/// One market that a bankrupt account owes something to, or has paid for options of.
#[derive(Clone, Copy, Default)]
struct Loss {
    market: u16,
    amount: u64,
}

impl<'info> ResolveBankruptcy<'info> {
    /// Refuses an account that still has something to sell, and says what it owes beyond what it has: what claims on
    /// other pools cover is no loss yet, and keeps nobody waiting.
    #[inline(never)]
    fn lost(&self, given: &Given<'_, 'info>, now: i64) -> Result<u64> {
        let rescue = &self.auctioned.rescue;
        let owed = rescue.margin_account.load()?.owed();
        require!(owed > 0, LiquidationError::NothingOwed);
        self.require_sold(given, now)?;
        let report = rescue.weigh(&rescue.margin_account, given)?;
        self.auctioned.require_due(self.permitted(given, now)?, &margins(&report), now)?;
        self.require_closed(report.value.get())?;
        let lost = report.value.get().saturating_neg().max(0).div_euclid(rescue.unit()?);
        let lost = u64::try_from(lost).unwrap_or(u64::MAX).min(owed);
        require!(lost > 0, LiquidationError::NotReduced);
        Ok(lost)
    }

    /// What prices permit: positions count for nothing only by those that would let them be closed, or that are gone for good.
    #[inline(never)]
    fn permitted(&self, given: &Given<'_, 'info>, now: i64) -> Result<u8> {
        let rescue = &self.auctioned.rescue;
        let risks = given.risks(&rescue.group.key())?;
        let account = rescue.margin_account.load()?;
        for leg in account.legs.iter().take_while(|leg| leg.market != 0) {
            if risks.of(leg.market)?.lets_liquidate(now) == Some(false) {
                return Ok(0);
            }
        }
        Ok(Action::ALL)
    }

    /// Refuses while there are positions, but for options bought that are worth no more than one of the quote token
    /// together: closing those makes no account healthier for sure, and they must not keep its loss until they expire.
    #[inline(never)]
    fn require_closed(&self, value: i128) -> Result<()> {
        let account = self.auctioned.rescue.margin_account.load()?;
        let mut legs = account.legs.iter().take_while(|leg| leg.market != 0).peekable();
        if legs.peek().is_none() {
            return Ok(());
        }
        let bought = legs.all(|leg| !leg.is_linear() && leg.quantity > 0);
        let claims = account.markets.iter().map(|row| i128::from(row.unpaid_profit));
        let money = claims.fold(i128::from(account.cash), i128::saturating_add);
        let worth = value.saturating_sub(money.saturating_mul(self.auctioned.rescue.unit()?));
        require!(bought && worth <= i128::from(STEPS), LiquidationError::NotReduced);
        Ok(())
    }

    /// Refuses while there are tokens that are worth more than one of the quote token together: less would let anybody
    /// who deposits a little keep a loss from those who bear it. What cannot be sold for longer stays.
    #[inline(never)]
    fn require_sold(&self, given: &Given<'_, 'info>, now: i64) -> Result<()> {
        let rescue = &self.auctioned.rescue;
        let risks = given.risks(&rescue.group.key())?;
        let decimals = rescue.group.load()?.quote_decimals;
        let account = rescue.margin_account.load()?;
        let mut worth = 0u64;
        for token in account.collateral.iter().filter(|token| token.bank != 0) {
            let risk = risks.of(token.market)?;
            let Some(permitted) = risk.lets_liquidate(now) else { continue };
            // A price that is gone or in doubt for a moment makes nothing worthless.
            require!(permitted, LiquidationError::TokenUnpriced);
            let (own, index) = (risk.rules.token_decimals, risk.price.index);
            worth = worth.saturating_add(token_value_up(token.amount, own, index, decimals)?);
        }
        let whole = i128::from(STEPS).checked_div(rescue.unit()?).unwrap_or(0);
        require!(i128::from(worth) <= whole, LiquidationError::NotReduced);
        Ok(())
    }

    /// Whose loss it is: first what pools have not got, then debt as far as it paid for options, then what is left, which
    /// belongs to no market.
    #[inline(never)]
    fn losses(&self, lost: u64) -> Result<[Loss; MAX_MARKETS * 2 + 1]> {
        let account = self.auctioned.rescue.margin_account.load()?;
        let auction = self.auctioned.auction.load()?;
        let mut losses = [Loss::default(); MAX_MARKETS * 2 + 1];
        let unpaid = account
            .markets
            .iter()
            .map(|row| Loss { market: row.market, amount: row.unpaid_profit.min(0).unsigned_abs() });
        let bought = auction.bought.iter().map(|row| Loss { market: row.market, amount: row.paid });
        let mut left = lost;
        for (slot, loss) in losses.iter_mut().zip(unpaid.chain(bought)) {
            *slot = Loss { market: loss.market, amount: loss.amount.min(left) };
            left = left.saturating_sub(slot.amount);
        }
        if let Some(last) = losses.last_mut() {
            last.amount = left;
        }
        Ok(losses)
    }

    /// The insurance pays, for each market no more than its cap.
    #[inline(never)]
    fn insure(&self, lost: u64, given: &Given<'_, 'info>, now: i64) -> Result<()> {
        let rescue = &self.auctioned.rescue;
        let losses = self.losses(lost)?;
        let mut paid = 0u64;
        {
            let fund = &mut *self.fund.load_mut()?;
            fund.require_swept(&*rescue.group.load()?, now)?;
            require_keys_eq!(self.fund_vault.key(), fund.vault, LiquidationError::TokenAccountWrong);
            for loss in losses.into_iter().filter(|loss| loss.amount > 0) {
                let part = loss.amount.min(fund.cover_down(loss.market, now));
                fund.pay(loss.market, part, now)?;
                paid = paid.saturating_add(part);
            }
            fund.invariant()?;
        }
        if paid > 0 {
            let tokens = Tokens {
                vault: self.vault.as_ref().as_ref(),
                mint: self.mint.as_ref().as_ref(),
                fund_vault: self.fund_vault.as_ref().as_ref(),
                program: &self.token_program,
            };
            let account = rescue.margin_account.as_ref();
            rescue.caller()?.absorb_loss(account, &tokens, given.own, paid)?;
        }
        Ok(())
    }

    /// Claims of winners on what pools have not got are cut.
    #[inline(never)]
    fn cut(&self, lost: u64, given: &Given<'_, 'info>) -> Result<()> {
        let rescue = &self.auctioned.rescue;
        let mut left = lost;
        for info in given.own {
            let Some((number, claims)) = claims(info)? else { continue };
            let owed = rescue.margin_account.load()?.unpaid(number).min(0).unsigned_abs();
            let amount = owed.min(claims).min(left);
            if amount > 0 {
                left = left.saturating_sub(amount);
                rescue.caller()?.cut_claims(rescue.margin_account.as_ref(), info, amount)?;
            }
        }
        Ok(())
    }

    /// All lenders bear what is left; one unit of what they have stays.
    #[inline(never)]
    fn share(&self, lost: u64, given: &Given<'_, 'info>) -> Result<()> {
        let rescue = &self.auctioned.rescue;
        let lent = rescue.group.load()?.lent();
        let amount = u64::try_from(lent.saturating_sub(1)).unwrap_or(u64::MAX).min(lost);
        require!(amount > 0, LiquidationError::NothingOwed);
        rescue.caller()?.share_loss(rescue.margin_account.as_ref(), given.own, amount)
    }

    /// Refuses to leave out a market that the account owes something to.
    fn require_markets(&self, given: &Given<'_, 'info>) -> Result<()> {
        let account = self.auctioned.rescue.margin_account.load()?;
        for row in account.markets.iter().filter(|row| row.unpaid_profit < 0) {
            let mut found = false;
            for info in given.own {
                found |= claims(info)?.is_some_and(|(number, _)| number == row.market);
            }
            require!(found, LiquidationError::MarketMissing);
        }
        Ok(())
    }

    /// Which hop is next.
    fn next(&self) -> Result<Hop> {
        Ok(match self.auctioned.auction.load()?.hop {
            0 => Hop::Insurance,
            1 => Hop::Claims,
            _ => Hop::Shared,
        })
    }

    /// Makes the next hop; anybody may. The rescue ends when nothing is lost any more.
    pub fn resolve_bankruptcy(ctx: Context<'info, Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &*ctx.accounts;
        let auctioned = &accounts.auctioned;
        let (rules, _) = auctioned.rules(now)?;
        let given = Given::new(ctx.remaining_accounts);
        let rescue = &auctioned.rescue;
        rescue.refresh(&given)?;
        accounts.require_markets(&given)?;
        let lost = accounts.lost(&given, now)?;
        let owed = rescue.margin_account.load()?.owed();
        let hop = accounts.next()?;
        auctioned.auction.load_mut()?.make(hop, rules.grace_seconds, now)?;
        match hop {
            Hop::Auction | Hop::Insurance => accounts.insure(lost, &given, now)?,
            Hop::Claims => accounts.cut(lost, &given)?,
            Hop::Shared => accounts.share(lost, &given)?,
        }
        let borne = owed.saturating_sub(rescue.margin_account.load()?.owed());
        let event = LossBorne {
            group: rescue.group.key(),
            margin_account: rescue.margin_account.key(),
            hop: hop as u8,
            owed,
            borne,
        };
        let ended = auctioned.release_if(borne >= lost)?;
        emit_cpi!(event);
        if let Some(ended) = ended {
            emit_cpi!(ended);
        }
        Ok(())
    }
}

/// Number of a market, and claims of its winners on what its pool has not got; nothing for a bank.
#[inline(never)]
fn claims(info: &AccountInfo) -> Result<Option<(u16, u64)>> {
    let Some(market) = market(info)? else { return Ok(None) };
    Ok(Some((market.market, market.most_cut()?)))
}
