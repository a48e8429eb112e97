//! Every setting, once: its flag, its variable, its key in a file, its type and its default.

use super::{tables::Tables, Dollars, KeyFile, List, LogFormat, Maybe, Seconds, Share};
use crate::Failure;
use anchor_lang::prelude::Pubkey;
use std::{net::SocketAddr, path::PathBuf};

macro_rules! settings {
    (
        values { $($(#[doc = $doc:literal])+ $name:ident $variable:literal: $type:ty = $default:literal,)* }
        switches { $($(#[doc = $on:literal])+ $switch:ident $by:literal,)* }
    ) => {
        /// What `keeper run` takes. A flag wins over the variable of its name, that over the file, and that over the
        /// default.
        #[derive(Clone, Debug, Default, clap::Args)]
        pub struct RunArgs {
            /// A TOML file with settings
            #[arg(long, env = "BALLAST_KEEPER_CONFIG", value_name = "FILE")]
            pub config: Option<PathBuf>,
            /// Settings of a role, like prices.pause=2, as the file has them in the role's table
            #[arg(long, env = "BALLAST_KEEPER_SET", value_name = "ROLE.KEY=VALUE", value_delimiter = ';')]
            pub set: Vec<String>,
            $(
                $(#[doc = $doc])+
                #[arg(long, env = concat!("BALLAST_KEEPER_", $variable), allow_hyphen_values = true)]
                pub $name: Option<$type>,
            )*
            $(
                $(#[doc = $on])+
                #[arg(
                    long,
                    env = concat!("BALLAST_KEEPER_", $by),
                    num_args = 0..=1,
                    default_missing_value = "true",
                    value_name = "true|false",
                )]
                pub $switch: Option<bool>,
            )*
        }

        /// What holds.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $name: $type,)*
            $($(#[doc = $on])+ pub $switch: bool,)*
            /// What each role was told
            pub tables: Tables,
        }

        impl RunArgs {
            /// Names of all settings, as a file has them.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($name),)* $(stringify!($switch),)*];

            /// Takes a value, as a file would have it, for a setting that has none yet.
            pub fn fill(&mut self, key: &str, said: &str) -> Result<(), String> {
                match key {
                    $(stringify!($name) if self.$name.is_none() => self.$name = Some(read(said)?),)*
                    $(stringify!($switch) if self.$switch.is_none() => self.$switch = Some(read(said)?),)*
                    _ => {}
                }
                Ok(())
            }

            /// What was said, and defaults.
            pub(super) fn settings(self, tables: Tables) -> Result<Settings, Failure> {
                Ok(Settings {
                    tables,
                    $($name: match self.$name {
                        Some(said) => said,
                        None => default(stringify!($name), $default)?,
                    },)*
                    $($switch: self.$switch.unwrap_or(false),)*
                })
            }
        }
    };
}

fn read<T: std::str::FromStr>(said: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    said.parse().map_err(|error: T::Err| error.to_string())
}

/// A default; what cannot be empty and has none must be said.
fn default<T: std::str::FromStr>(key: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| {
        let flag = key.replace('_', "-");
        let variable = key.to_uppercase();
        Failure::new(format!(
            "The setting `{key}` is missing: give --{flag}, BALLAST_KEEPER_{variable}, or `{key}` in the file."
        ))
    })
}

settings! {
    values {
        /// Address of the node
        url "URL": String = "http://127.0.0.1:8899",
        /// Address of the node's websocket; if empty, the port after that of the node
        ws_url "WS_URL": Maybe<String> = "",
        /// Address of the group
        group "GROUP": Pubkey = "",
        /// File with the keeper's key, which pays for transactions and owns its account
        keypair "KEYPAIR": KeyFile = "",
        /// Number of the keeper's margin account among the key's, which takes positions over
        account "ACCOUNT": u16 = "0",
        /// What to do: liquidate, prices, funding, expiry, settle, triggers, alerts
        roles "ROLES": List<String> = "liquidate,prices,funding,expiry,settle,alerts",
        /// Seconds between two readings of all accounts
        snapshot "SNAPSHOT": Seconds = "60",
        /// Seconds between them while the websocket is silent
        poll "POLL": Seconds = "3",
        /// Seconds without a sign of life after which the websocket counts as silent
        silence "SILENCE": Seconds = "5",
        /// Seconds between two scans of all accounts
        tick "TICK": Seconds = "0.4",
        /// Seconds after which what is known of the chain is too old to act on
        staleness "STALENESS": Seconds = "30",
        /// Seconds that the node has for an answer
        timeout "TIMEOUT": Seconds = "10",
        /// Seconds that a transaction has to be confirmed
        patience "PATIENCE": Seconds = "120",
        /// What a taking must bring beyond its fees, in dollars, while the auction's discount still grows
        min_profit "MIN_PROFIT": Dollars = "0.1",
        /// What a taking may cost, in dollars, once it has not grown for `last_resort` seconds
        max_loss "MAX_LOSS": Dollars = "0.1",
        /// Most dollars that takings may cost in 24 hours, all together
        loss_budget "LOSS_BUDGET": Dollars = "10",
        /// Dollars of maintenance margin, or short of it, below which no rescue is begun but for the fund's reward
        least_rescue "LEAST_RESCUE": Dollars = "1",
        /// Seconds after the discount's full growth from which on `max_loss` counts instead of `min_profit`
        last_resort "LAST_RESORT": Seconds = "600",
        /// Part of the quoted pay by which the auction may pay less when the transaction lands
        slippage "SLIPPAGE": Share = "0.1",
        /// Part of the keeper's value that must stay free of initial margin after a taking
        own_floor "OWN_FLOOR": Share = "0.25",
        /// Most risk that one taking may bring, as its loss in the worst scenario, in dollars
        max_risk "MAX_RISK": Dollars = "100000",
        /// Most lamports that a transaction may pay for priority
        priority_cap "PRIORITY_CAP": u64 = "100000",
        /// Dollars that a SOL is counted for in fees
        sol_price "SOL_PRICE": Dollars = "200",
        /// Numbers of the only markets whose positions and tokens are taken over; if empty, all
        markets_allow "MARKETS_ALLOW": List<u16> = "",
        /// Numbers of markets whose positions and tokens are not taken over
        markets_deny "MARKETS_DENY": List<u16> = "",
        /// Things done at the same time
        in_flight "IN_FLIGHT": usize = "8",
        /// Seconds that something waits after its first failure; they double with each
        backoff "BACKOFF": Seconds = "1",
        /// Most seconds that it waits between two tries
        backoff_most "BACKOFF_MOST": Seconds = "60",
        /// Failures in a row after which it is put aside
        quarantine_after "QUARANTINE_AFTER": u32 = "8",
        /// Seconds that it is put aside for
        quarantine "QUARANTINE": Seconds = "300",
        /// Address that serves /metrics, /healthz and /readyz; if empty, none
        listen "LISTEN": Maybe<SocketAddr> = "127.0.0.1:9464",
        /// Seconds without a scan after which /healthz fails
        health_bound "HEALTH_BOUND": Seconds = "30",
        /// How the log is written: text or json
        log_format "LOG_FORMAT": LogFormat = "text",
        /// What is logged: error, warn, info, debug or trace, for modules apart if need be
        log "LOG": String = "info",
    }
    switches {
        /// Only tells what would be sent
        dry_run "DRY_RUN",
        /// Reads everything, does what is due once, and ends
        once "ONCE",
    }
}
