//! What a cluster shall hold, read from TOML.

mod section;

use crate::{
    decimal::Decimal,
    defaults::{self, FeedOf, Like},
    keys::shown,
    rules::{self, Rule, Terms},
    wrong::{Result, Wrong},
};
use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    ids,
    risk::{MarketRules, Preset, MAX_ATTESTORS, RECEIVERS},
};
use section::Section;
use solana_hash::Hash;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a cluster shall hold. Whoever signs or is named is a text: an address, or the name of one of the keys.
#[derive(Clone, Debug)]
pub struct Description {
    /// Hash of the first block of the cluster that it is for; nothing if it is for any.
    pub genesis: Option<Hash>,
    /// Programs, in the order of their names.
    pub programs: Vec<Program>,
    /// The group, if there shall be one.
    pub group: Option<Group>,
}

/// A program of the upgradeable loader.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name in the description.
    pub name: String,
    /// Its address: known for Ballast's own, else that of its key.
    pub address: Option<Pubkey>,
    /// Name of the key of its address, with which it is deployed first.
    pub key: Option<String>,
    /// The file of its bytes; none for a program that is there from the beginning and is not deployed.
    pub file: Option<PathBuf>,
    /// Who may upgrade it.
    pub authority: String,
    /// Bytes that it has room for; zero for as many as the file has.
    pub max_length: usize,
}

/// A group and everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Group {
    /// Number among its creator's.
    pub index: u16,
    /// Who creates it.
    pub creator: String,
    /// Who may change it.
    pub authority: String,
    /// Who may tighten it.
    pub guardian: String,
    /// Mint of the quote token, and the decimal places of one that is made.
    pub quote: Mint,
    /// Rules of the group that are not the default.
    pub rules: Vec<Rule>,
    /// Rules of rescues that are not the default.
    pub rescue: Vec<Rule>,
    /// The model.
    pub preset: Preset,
    /// Market whose price is the quote token's; zero for none.
    pub peg_market: u16,
    /// The committee.
    pub attestors: Vec<String>,
    /// How many of it must sign.
    pub threshold: u8,
    /// Venues, numbered from one on.
    pub venues: Vec<Venue>,
    /// Markets.
    pub markets: Vec<Market>,
    /// Banks, numbered from one on.
    pub banks: Vec<Bank>,
}

/// A mint that is there, or is made for a test network.
#[derive(Clone, Debug)]
pub enum Mint {
    /// One that is there.
    At(Pubkey),
    /// One that is made, of which the group's authority may make tokens.
    Made {
        /// Decimal places, where nothing else says them.
        places: u8,
        /// Tokens that are made at once for the authority's wallet.
        amount: Option<Decimal>,
        /// Name of the key of its address; without one, any address.
        key: Option<String>,
    },
}

/// A venue.
#[derive(Clone, Debug)]
pub struct Venue {
    /// Who submits fills and marks.
    pub operator: String,
    /// Who gets its fees.
    pub fee_owner: String,
    /// Its highest fee, as a share of what is traded, in 2^-40.
    pub fee_cap: i64,
    /// Whether it may settle nothing for now.
    pub suspended: bool,
}

/// A market and its risk.
#[derive(Clone, Debug)]
pub struct Market {
    /// Number in the group.
    pub number: u16,
    /// What people call it; nothing on chain knows it.
    pub name: Option<String>,
    /// Rules of its prices, surfaces and forecasts, its feed included.
    pub risk: MarketRules,
    /// Its terms; none for one that has only a price.
    pub terms: Option<Terms>,
    /// How many Fridays, from the first one that is more than a day ahead, are listed.
    pub list_fridays: u8,
}

/// A token as collateral.
#[derive(Clone, Debug)]
pub struct Bank {
    /// Number of the market that prices it.
    pub market: u16,
    /// Its mint.
    pub mint: Mint,
    /// Most that may be deposited, in tokens.
    pub cap: Decimal,
    /// Seconds in which a higher cap is reached.
    pub ramp: u32,
}

/// Key that does everything where nobody else is named.
const AUTHORITY: &str = "authority";

impl Description {
    /// Reads a description from a file; files of programs are looked for from its folder on.
    pub fn read(path: &Path) -> Result<Self> {
        let name = shown(path);
        let text = fs::read_to_string(path)
            .map_err(|error| Wrong::new(format!("{name}: cannot be read: {error}")))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|wrong| Wrong::new(format!("{name}: {wrong}")))
    }

    /// Reads a description from a text; files of programs are looked for from a folder on.
    pub fn parse(text: &str, folder: &Path) -> Result<Self> {
        let mut file = Section::file(text)?;
        let genesis = file.parsed("genesis", "the hash of a cluster's first block")?;
        let programs = file.sections("programs")?;
        let programs = programs.into_iter().map(|(name, section)| program(name, section, folder));
        let programs = programs.collect::<Result<_>>()?;
        let group = file.section("group")?.map(|section| group(section, &mut file)).transpose()?;
        file.done()?;
        Ok(Self { genesis, programs, group })
    }

    /// Names of all keys that the description names, each once; those of programs are not needed on a cluster that
    /// has them.
    pub fn key_names(&self) -> Vec<String> {
        let mut names: Vec<&String> = vec![];
        for program in &self.programs {
            names.extend(program.file.iter().map(|_| &program.authority));
            names.extend(&program.key);
        }
        if let Some(group) = &self.group {
            names.extend([&group.creator, &group.authority, &group.guardian]);
            names.extend(&group.attestors);
            names.extend(group.venues.iter().flat_map(|venue| [&venue.operator, &venue.fee_owner]));
            let mints = group.banks.iter().map(|bank| &bank.mint).chain([&group.quote]);
            names.extend(mints.filter_map(|mint| match mint {
                Mint::Made { key, .. } => key.as_ref(),
                Mint::At(_) => None,
            }));
        }
        let mut names: Vec<String> =
            names.into_iter().filter(|name| name.parse::<Pubkey>().is_err()).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn program(name: String, mut section: Section, folder: &Path) -> Result<Program> {
    let known = match &name[..] {
        "account" => Some(ids::ACCOUNT),
        "risk" => Some(ids::RISK),
        "liquidation" => Some(ids::LIQUIDATION),
        _ => None,
    };
    let key = section.text("key")?;
    let given = section.parsed::<Pubkey>("address", "an address")?;
    if known.is_some() && given.is_some() && known != given {
        return Err(section.blame("address", "this program has a fixed address, which is another one"));
    }
    let address = known.or(given);
    if address.is_none() && key.is_none() {
        return Err(section.blame("key", "a program that is not Ballast's needs a key or an address"));
    }
    let deploy = section.flag("deploy")?.unwrap_or(true);
    let file = match deploy {
        true => Some(folder.join(section.needed("file")?)),
        // A file may stand there for the day on which it is deployed.
        false => section.text("file")?.and(None),
    };
    let program = Program {
        name,
        address,
        key,
        file,
        authority: section.text("authority")?.unwrap_or_else(|| AUTHORITY.to_owned()),
        max_length: section.number("max_length")?.unwrap_or(0),
    };
    section.done()?;
    Ok(program)
}

fn group(mut section: Section, file: &mut Section) -> Result<Group> {
    let authority = section.text("authority")?.unwrap_or_else(|| AUTHORITY.to_owned());
    let index = section.number("index")?.unwrap_or(0);
    let creator = section.text("creator")?.unwrap_or_else(|| authority.clone());
    let guardian = section.needed("guardian")?;
    let places: Option<u8> = section.number("create_mint")?;
    let quote = match (section.parsed::<Pubkey>("quote_mint", "an address")?, places) {
        (Some(mint), None) => Mint::At(mint),
        (None, Some(places)) if places <= ballast_interface::account::Group::MAX_QUOTE_DECIMALS => {
            Mint::Made { places, amount: section.decimal("mint")?, key: section.text("mint_key")? }
        }
        (None, Some(_)) => return Err(section.blame("create_mint", "expected at most nine decimal places")),
        (Some(_), Some(_)) => return Err(section.blame("create_mint", "there is a quote_mint already")),
        (None, None) => return Err(section.blame("quote_mint", "this key, or create_mint, is missing")),
    };
    let rules = known(section.rules()?, &rules::group(&mut defaults::group_rules(Pubkey::default(), 1), 0))?;
    let rescue = file.section("rescue")?.map_or(Ok(vec![]), Section::rules)?;
    let rescue = known(rescue, &rules::rescue(&mut defaults::rescue_rules(1), 0))?;
    let (mut preset, mut peg_market) = (Preset::Ballast, 0);
    if let Some(mut model) = file.section("model")? {
        if let Some(name) = model.text("preset")? {
            let named = PRESETS.iter().find(|(_, known)| *known == name);
            let words = "expected one of ballast, pmrm, span16 and xpm";
            preset = named.ok_or_else(|| model.blame("preset", words))?.0;
        }
        peg_market = model.number("peg_market")?.unwrap_or(0);
        model.done()?;
    }
    let missing = || Wrong::new("committee: this table is missing");
    let mut committee = file.section("committee")?.ok_or_else(missing)?;
    let attestors = committee.texts("attestors")?;
    if !(1..=MAX_ATTESTORS).contains(&attestors.len()) {
        return Err(committee.blame("attestors", &format!("expected one to {MAX_ATTESTORS} attestors")));
    }
    let threshold = committee.number("threshold")?.unwrap_or(attestors.len() as u8 / 2 + 1);
    if !(1..=attestors.len()).contains(&usize::from(threshold)) {
        return Err(
            committee.blame("threshold", "expected at least one, and no more than there are attestors")
        );
    }
    committee.done()?;
    let venues = file.list("venues")?.into_iter().map(venue).collect::<Result<_>>()?;
    let mut markets: Vec<Market> = vec![];
    for section in file.list("markets")? {
        let next = markets.last().map_or(1, |last| last.number + 1);
        markets.push(market(section, next)?);
    }
    let mut numbers: Vec<_> = markets.iter().map(|market| market.number).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Wrong::new(format!("markets: there are two of the number {}", pair[0])));
    }
    let banks: Vec<Bank> = file.list("banks")?.into_iter().map(bank).collect::<Result<_>>()?;
    Ok(Group {
        index,
        creator,
        authority,
        guardian,
        quote,
        rules,
        rescue,
        preset,
        peg_market,
        attestors,
        threshold,
        venues,
        markets,
        banks,
    })
}

/// Presets by their names.
pub(crate) const PRESETS: [(Preset, &str); 4] =
    [(Preset::Ballast, "ballast"), (Preset::Pmrm, "pmrm"), (Preset::Span16, "span16"), (Preset::Xpm, "xpm")];

/// Refuses rules of unknown names; values that are amounts are read once the token's decimals are known.
fn known(rules: Vec<Rule>, slots: &rules::Slots<'_>) -> Result<Vec<Rule>> {
    let is_known = |rule: &&Rule| slots.iter().any(|(name, _)| *name == rule.name);
    match rules.iter().find(|rule| !is_known(rule)) {
        Some(rule) => Err(rule.blame("this key is unknown")),
        None => Ok(rules),
    }
}

fn venue(mut section: Section) -> Result<Venue> {
    let operator = section.needed("operator")?;
    let cap = section.decimal("fee_cap")?.unwrap_or(Decimal::of(1, 2));
    let venue = Venue {
        fee_owner: section.text("fee_owner")?.unwrap_or_else(|| operator.clone()),
        operator,
        fee_cap: cap.share().map_err(|wrong| section.blame("fee_cap", &wrong.to_string()))?,
        suspended: section.flag("suspended")?.unwrap_or(false),
    };
    section.done()?;
    Ok(venue)
}

fn market(mut section: Section, next: u16) -> Result<Market> {
    let number = section.number("number")?.unwrap_or(next);
    if number == 0 {
        return Err(section.blame("number", "markets are numbered from one on"));
    }
    let like = section.text("like")?.map_or(Ok(Like::Sol), |like| like.parse());
    let like = like.map_err(|()| section.blame("like", "expected one of btc, eth and sol"))?;
    let account = section.parsed::<Pubkey>("feed", "an address")?;
    let account = account.ok_or_else(|| section.blame("feed", "this key is missing"))?;
    let id = defaults::feed_id(&section.needed("feed_id")?);
    let id = id.ok_or_else(|| section.blame("feed_id", "expected 64 hexadecimal digits"))?;
    let owner = section.parsed::<Pubkey>("feed_owner", "an address")?.unwrap_or(RECEIVERS[0]);
    let mut risk = defaults::risk_rules(&FeedOf { account, id, owner }, like, number);
    for rule in section.section("risk")?.map_or(Ok(vec![]), Section::rules)? {
        rule.set(rules::risk(&mut risk))?;
    }
    let price_only = section.flag("price_only")?.unwrap_or(false);
    let mut terms = defaults::market_terms();
    let given = section.section("terms")?;
    let fridays = section.number("list_fridays")?;
    for key in [given.as_ref().map(|_| "terms"), fridays.map(|_: u8| "list_fridays")].into_iter().flatten() {
        if price_only {
            return Err(section.blame(key, "nothing is traded where `price_only` is true"));
        }
    }
    for rule in given.map_or(Ok(vec![]), Section::rules)? {
        rule.set(terms.slots())?;
    }
    let name = section.text("name")?;
    let list_fridays = fridays.unwrap_or(0);
    section.done()?;
    Ok(Market { number, name, risk, terms: (!price_only).then_some(terms), list_fridays })
}

fn bank(mut section: Section) -> Result<Bank> {
    let market: Option<u16> = section.number("market")?;
    let market = market.ok_or_else(|| section.blame("market", "this key is missing"))?;
    let made = section.decimal("create_mint")?;
    let mint = match (section.parsed::<Pubkey>("mint", "an address")?, made) {
        (Some(mint), None) => Mint::At(mint),
        (None, Some(amount)) => {
            Mint::Made { places: 0, amount: Some(amount), key: section.text("mint_key")? }
        }
        (Some(_), Some(_)) => return Err(section.blame("create_mint", "there is a mint already")),
        (None, None) => return Err(section.blame("mint", "this key, or create_mint, is missing")),
    };
    let cap = section.decimal("cap")?.ok_or_else(|| section.blame("cap", "this key is missing"))?;
    let bank = Bank { market, mint, cap, ramp: section.number("ramp")?.unwrap_or(0) };
    section.done()?;
    Ok(bank)
}
