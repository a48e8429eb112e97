//! Feeds: forward, rate and volatility by expiry.

use crate::failure::Result;
use crate::place::Place;
use crate::units;
use ballast_margin::book::Expiry;
use std::collections::BTreeMap;

/// The feeds of a case by seconds left, each expiry once.
pub fn read(place: Option<Place>) -> Result<BTreeMap<i64, Expiry>> {
    let mut feeds = BTreeMap::new();
    for feed in place.map_or(Ok(vec![]), |place| place.list())? {
        let at = feed.field("sec_to_expiry")?;
        let seconds = units::seconds(&at)?;
        let score = |key| units::share(&feed.field(key)?);
        let expiry = Expiry {
            seconds,
            forward: units::price(&feed.field("forward")?)?,
            rate: units::fraction(&feed.field("rate")?)?,
            svi: units::svi(&feed.field("svi_a_b_rho_m_sigma_F_tau")?, seconds)?,
            score: score("fwd_conf")?.min(score("rate_conf")?).min(score("vol_conf")?),
        };
        if feeds.insert(seconds, expiry).is_some() {
            return Err(at.refuse("every expiry to have one feed"));
        }
    }
    Ok(feeds)
}

/// The expiry that a position names; it must have a feed.
pub fn expiry(position: &Place, feeds: &BTreeMap<i64, Expiry>) -> Result<i64> {
    let at = position.field("sec_to_expiry")?;
    let seconds = units::seconds(&at)?;
    if feeds.contains_key(&seconds) {
        Ok(seconds)
    } else {
        Err(at.refuse("the expiry of a feed"))
    }
}
