//! Processor time as the kernel counts it, of processes and of the threads in them.

use std::{collections::BTreeMap, fs, time::Instant};

/// Ticks in a second: Linux tells user space a hundred, whatever the kernel's own are.
const TICKS: f64 = 100.0;
/// How the names of the threads begin that execute transactions.
const WORKERS: &str = "solCoWorker";

/// Processor seconds so far: of a validator, of its threads by name, and of this process.
pub struct Clocks {
    at: Instant,
    validator: f64,
    threads: BTreeMap<String, f64>,
    client: f64,
}

/// Cores that were busy on average between two looks.
#[derive(Clone, Debug)]
pub struct Busy {
    /// By the validator.
    pub validator: f64,
    /// By all of its threads that execute transactions.
    pub workers: f64,
    /// By the busiest of these.
    pub busiest: f64,
    /// By this process, which signs nothing meanwhile, but sends.
    pub client: f64,
    /// By the threads of the validator's, each kind by its name without a number, the busiest first.
    pub kinds: Vec<(String, f64)>,
}

impl Clocks {
    /// A look at a validator by the number of its process.
    pub fn look(process: u32) -> Self {
        let mut by_name = BTreeMap::<String, f64>::new();
        let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the validator runs");
        for thread in threads.flatten() {
            let folder = thread.path();
            // A thread may have ended since it was listed.
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            let spent = fs::read_to_string(folder.join("stat")).map_or(0.0, |stat| seconds(&stat));
            *by_name.entry(name.trim().to_owned()).or_default() += spent;
        }
        let of =
            |process: &str| seconds(&fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs"));
        Self { at: Instant::now(), validator: of(&process.to_string()), threads: by_name, client: of("self") }
    }

    /// What was spent since an earlier look.
    pub fn since(&self, before: &Self) -> Busy {
        let passed = (self.at - before.at).as_secs_f64();
        let spent = |name: &str, now: f64| (now - before.threads.get(name).unwrap_or(&0.0)) / passed;
        let busy = self.threads.iter().map(|(name, now)| (name.as_str(), spent(name, *now)));
        let workers: Vec<f64> =
            busy.clone().filter(|(name, _)| name.starts_with(WORKERS)).map(|(_, busy)| busy).collect();
        assert!(!workers.is_empty(), "no thread of the validator's is named {WORKERS}");
        let mut kinds = BTreeMap::<String, f64>::new();
        for (name, busy) in busy {
            let kind = name.trim_end_matches(|digit: char| digit.is_ascii_digit());
            *kinds.entry(kind.to_owned()).or_default() += busy;
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by(|one, other| other.1.total_cmp(&one.1));
        Busy {
            validator: (self.validator - before.validator) / passed,
            workers: workers.iter().sum::<f64>(),
            busiest: workers.iter().copied().fold(0.0, f64::max),
            client: (self.client - before.client) / passed,
            kinds,
        }
    }
}

/// User and system time in a `stat` file; a name in parentheses may hold anything.
fn seconds(stat: &str) -> f64 {
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let spent = behind.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    spent.sum::<f64>() / TICKS
}
