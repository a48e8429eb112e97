//! The opinion on one market: its price, its surface, its forecast.

use super::{
    Action, AttestMultiplierArgs, DateRisk, FeedState, MarketRules, Observation, PostSurfaceArgs, PriceCache,
    RiskError, Slice, SETTLEMENT_SECONDS,
};
use anchor_lang::prelude::*;
use ballast_margin::{forecast::Attestation, surface, units::Fraction};

/// Seconds for which an expired date is remembered, so that everybody has time to settle: a week.
const KEPT_SECONDS: i64 = 7 * 86_400;

/// Furthest that a date may lie ahead: two years.
const FURTHEST: i64 = 2 * 365 * 86_400;

/// Seconds without a price after which nobody waits for one: a day.
const GONE_SECONDS: i64 = 86_400;

/// A week; the last surface of a date counts as no older.
const WEEK: i64 = 7 * 86_400;

/// Seconds in which a date may make its whole move at once again: ten minutes.
const REST: i64 = 600;

/// How far something may move in some seconds: its move at once, as far as that is rested, and so much an hour.
fn grown(at_once: i64, per_hour: i64, seconds: i64) -> Fraction {
    let part =
        |share: i64, of: i64, by: i64| i128::from(share).saturating_mul(of.into()).div_euclid(by.into());
    let rested = part(at_once, seconds.clamp(0, REST), REST);
    // 2^44 by a week's seconds.
    let paced = part(per_hour, seconds.clamp(0, WEEK), 3_600);
    Fraction(rested.saturating_add(paced) as i64)
}

/// Most dates of a market.
pub const MAX_DATES: usize = 12;

/// A committee's word that a market is riskier than its forecast.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Attested {
    /// What the scan range is multiplied by, in 2^-40.
    pub multiplier: i64,
    /// When it lapses, in unix time.
    pub until: i64,
}

/// What is known of one market of a group.
#[account("account", zero_copy)]
pub struct MarketRisk {
    /// Version of this layout, `MarketRisk::VERSION`.
    pub version: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Number of the market in the group, from one; part of the address.
    pub market: u16,
    /// Number of dates in use.
    pub date_count: u8,
    /// Zero.
    pub padding: [u8; 3],
    /// Group of the market; part of the address.
    pub group: Pubkey,
    /// What the authority set.
    pub rules: MarketRules,
    /// Prices.
    pub price: PriceCache,
    /// What the committee attested last.
    pub attested: Attested,
    /// Term of the committee that the last message was from.
    pub epoch: u64,
    /// Number of that term's last message of each kind that was used: surfaces and attestations.
    pub sequences: [u64; 2],
    /// Dates, by rising expiry.
    pub dates: [DateRisk; MAX_DATES],
    /// Zero; room for later versions.
    pub reserved: [u8; 488],
}

impl MarketRisk {
    /// The layout that this crate describes.
    pub const VERSION: u8 = 1;

    /// Bytes of the account, discriminator included.
    pub const SIZE: usize = 8_usize.saturating_add(size_of::<Self>());

    /// The dates in use.
    pub fn dates(&self) -> &[DateRisk] {
        self.dates.get(..self.date_count as usize).unwrap_or(&[])
    }

    /// The scan range, attestations included.
    pub fn range(&self, now: i64) -> Fraction {
        let attestation =
            Attestation { multiplier: Fraction(self.attested.multiplier), until: self.attested.until };
        // A floor that is raised holds at once.
        let range = Fraction(self.price.range.max(self.rules.predictor.floor));
        self.rules.predictor.predictor().attested(range, attestation, now)
    }

    /// The state of the market's price, and for how many seconds it has been that.
    pub fn price_state(&self, now: i64) -> (FeedState, i64) {
        self.price.state(&self.rules, now)
    }

    /// Whether the price permits a liquidation now; nothing if it has meant nothing, or was silent, for a day: whoever waits for
    /// prices does not wait for that one any longer.
    pub fn lets_liquidate(&self, now: i64) -> Option<bool> {
        let (state, seconds) = self.price_state(now);
        let gone = matches!(state, FeedState::Unusable | FeedState::Stale) && seconds >= GONE_SECONDS;
        (!gone).then(|| Action::Liquidate.is_in(self.price.permitted(&self.rules, now)))
    }

    /// Refuses a layout that this crate does not describe.
    pub fn require_known(&self) -> Result<()> {
        require!(self.version == Self::VERSION, RiskError::MarketRiskVersionUnknown);
        Ok(())
    }

    /// Takes over what the oracle says; what the last price was while it was in force counts towards settlement.
    pub fn refresh(&mut self, seen: &Observation, now: i64) -> Result<()> {
        self.require_known()?;
        let next = self.price.observe(&self.rules, seen, now)?;
        let (before, rules) = (self.price, self.rules);
        for date in self.dates.iter_mut().take(self.date_count.into()) {
            date.sample(&before, &next, &rules, now);
        }
        self.price = next;
        Ok(())
    }

    /// Takes over a multiplier of the scan range, which can only tighten.
    pub fn attest(&mut self, args: &AttestMultiplierArgs, now: i64) -> Result<()> {
        self.require_known()?;
        self.begin_term(args.epoch);
        let [_, last] = &mut self.sequences;
        require!(args.sequence > *last, RiskError::SequenceOld);
        let most = self.rules.predictor.largest_multiplier;
        require!((Fraction::ONE.0..=most).contains(&args.multiplier), RiskError::MultiplierOutOfRange);
        let held = self.attested;
        // One that the rules of now would refuse can be replaced by the highest that they allow.
        let tighter = args.multiplier >= held.multiplier.min(most) && args.valid_until >= held.until;
        require!(now >= held.until || tighter, RiskError::AttestationLooser);
        *last = args.sequence;
        self.attested = Attested { multiplier: args.multiplier, until: args.valid_until };
        Ok(())
    }

    /// Takes over a surface: forwards near the index, slices without arbitrage, within the market's bounds and not
    /// far from the last ones. Dates that the message leaves out stay as they are.
    pub fn post_surface(&mut self, args: &PostSurfaceArgs, now: i64) -> Result<()> {
        self.require_known()?;
        self.begin_term(args.epoch);
        let [last, _] = &mut self.sequences;
        require!(args.sequence > *last, RiskError::SequenceOld);
        *last = args.sequence;
        // A doubtful price will do: when prices run, volatility must follow, and forwards must be near the index.
        // Its age is asked for by itself, because a doubtful feed does not say that it is stale as well.
        let known = self.price_state(now).0 != FeedState::Unusable && self.price.is_fresh(&self.rules, now);
        require!(known, RiskError::PriceUnknown);
        // Forwards are multiples of the index that they were made at, which must be near the one that is known.
        let gap = u128::from(args.index.abs_diff(self.price.index)).wrapping_shl(40);
        let most = u128::from(self.price.index).saturating_mul(self.rules.forward_gap.unsigned_abs().into());
        require!(gap <= most, RiskError::ForwardFar);
        self.forget(now);
        let mut before = now;
        for slice in &args.slices {
            let ahead = before < slice.expiry && slice.expiry <= now.saturating_add(FURTHEST);
            require!(ahead, RiskError::SurfaceDatesInvalid);
            before = slice.expiry;
            let place = self.place(slice.expiry, now)?;
            self.post(place, slice, args, now)?;
        }
        require!(!args.slices.is_empty(), RiskError::SurfaceDatesInvalid);
        // Only now does every date have its neighbours.
        self.check_neighbours(&args.slices, now)
    }

    /// Removes dates whose settlement price has been known for so long that everybody had time to settle.
    fn forget(&mut self, now: i64) {
        let old =
            |date: &DateRisk| date.settlement().is_some() && date.expiry.saturating_add(KEPT_SECONDS) < now;
        let gone = self.dates().iter().take_while(|date| old(date)).count();
        let count = usize::from(self.date_count);
        self.dates.copy_within(gone..count, 0);
        let left = count.saturating_sub(gone);
        for date in self.dates.iter_mut().take(count).skip(left) {
            *date = DateRisk::default();
        }
        self.date_count = left as u8;
    }

    /// The place of a date, which is made if there is none: but not within its own settlement window, of which the
    /// beginning would be missed.
    fn place(&mut self, expiry: i64, now: i64) -> Result<usize> {
        let place = self.dates().iter().take_while(|date| date.expiry < expiry).count();
        if self.dates().get(place).is_some_and(|date| date.expiry == expiry) {
            return Ok(place);
        }
        let count = usize::from(self.date_count);
        let whole = expiry.saturating_sub(now) >= SETTLEMENT_SECONDS;
        require!(count < MAX_DATES && whole, RiskError::SurfaceDatesInvalid);
        self.dates.copy_within(place..count, place.saturating_add(1));
        self.date_count = self.date_count.saturating_add(1);
        if let Some(date) = self.dates.get_mut(place) {
            *date = DateRisk::default();
        }
        Ok(place)
    }

    /// Puts a slice in its place, if it holds by itself and against the one before it in time.
    #[inline(never)]
    fn post(&mut self, place: usize, slice: &Slice, args: &PostSurfaceArgs, now: i64) -> Result<()> {
        let rules = self.rules;
        let date = self.dates.get_mut(place).ok_or(RiskError::SurfaceDatesInvalid)?;
        let posted = date.post(slice, args, now)?;
        posted.near(&rules)?;
        let svi = posted.svi();
        surface::check_slice(&svi).map_err(RiskError::from)?;
        let (least, most) = (Fraction(rules.least_volatility), Fraction(rules.most_volatility));
        surface::check_level(&svi, least, most).map_err(RiskError::from)?;
        if date.valid_until != 0 {
            require!(args.valid_from > date.valid_from, RiskError::SequenceOld);
            // By the chain's clock, too: messages may be dated back, and sent together.
            let seconds = args.valid_from.saturating_sub(date.valid_from);
            let seconds = seconds.min(now.saturating_sub(date.posted_at));
            let most = grown(rules.volatility_move, rules.volatility_move_per_hour, seconds);
            surface::check_move(&date.svi(), &svi, most).map_err(RiskError::from)?;
            let most = grown(rules.forward_gap, 0, seconds);
            require!(posted.carry.abs_diff(date.carry) <= most.0.unsigned_abs(), RiskError::SurfaceJump);
        }
        *date = posted;
        require!(date.valid_from <= now, RiskError::MessageEarly);
        Ok(())
    }

    /// Refuses posted dates that have less variance than the one before, or more than the one after. Neighbours of an
    /// earlier message are taken as of now; those that are about to expire have next to no variance left, and stand
    /// between nobody.
    #[inline(never)]
    fn check_neighbours(&self, slices: &[Slice], now: i64) -> Result<()> {
        let posted = |date: &DateRisk| slices.iter().any(|slice| slice.expiry == date.expiry);
        let mut before: Option<&DateRisk> = None;
        for later in self.dates().iter().filter(|date| date.is_comparable(now)) {
            let Some(earlier) = before.replace(later) else { continue };
            if posted(earlier) || posted(later) {
                let (earlier, later) = (earlier.svi_at(now), later.svi_at(now));
                surface::check_calendar(&earlier, &later).map_err(RiskError::from)?;
            }
        }
        Ok(())
    }

    /// Messages of a new term are counted from the beginning: those of earlier ones name their own.
    fn begin_term(&mut self, epoch: u64) {
        if epoch > self.epoch {
            (self.epoch, self.sequences) = (epoch, [0; 2]);
        }
    }

    /// What must hold after every instruction that writes a market's risk.
    pub fn invariant(&self) -> Result<()> {
        self.require_known()?;
        require!(self.market != 0 && self.date_count as usize <= MAX_DATES, RiskError::MarketRulesInvalid);
        let rising = self.dates().windows(2).all(|pair| matches!(pair, [a, b] if a.expiry < b.expiry));
        require!(rising, RiskError::SurfaceDatesInvalid);
        self.rules.invariant()
    }
}

const _: () = assert!(MarketRisk::SIZE == 2_560);
const _: () = assert!(align_of::<MarketRisk>() <= 8);
