//! Processor time as the kernel counts it, of processes and of the threads in them.

use std::{collections::BTreeMap, fs, time::Instant};

/// Ticks in a second: Linux tells user space a hundred, whatever the kernel's own are.
const TICKS: f64 = 100.0;
/// How the names of the threads begin that execute transactions.
const WORKERS: &str = "solCoWorker";

/// Processor seconds so far: of a validator, of each of its workers, and of this process.
pub struct Clocks {
    at: Instant,
    validator: f64,
    workers: BTreeMap<String, f64>,
    client: f64,
}

/// Cores that were busy on average between two looks.
#[derive(Clone, Copy, Debug)]
pub struct Busy {
    /// By the validator.
    pub validator: f64,
    /// By all of its threads that execute transactions.
    pub workers: f64,
    /// By the busiest of these.
    pub busiest: f64,
    /// By this process, which signs nothing meanwhile, but sends.
    pub client: f64,
}

impl Clocks {
    /// A look at a validator by the number of its process.
    pub fn look(process: u32) -> Self {
        let mut workers = BTreeMap::new();
        let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the validator runs");
        for thread in threads.flatten() {
            let folder = thread.path();
            // A thread may have ended since it was listed.
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            if name.starts_with(WORKERS) {
                let spent = fs::read_to_string(folder.join("stat")).map_or(0.0, |stat| seconds(&stat));
                workers.insert(name, spent);
            }
        }
        let of =
            |process: &str| seconds(&fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs"));
        Self { at: Instant::now(), validator: of(&process.to_string()), workers, client: of("self") }
    }

    /// What was spent since an earlier look.
    pub fn since(&self, before: &Self) -> Busy {
        let passed = (self.at - before.at).as_secs_f64();
        let spent = self.workers.iter().map(|(name, now)| now - before.workers.get(name).unwrap_or(&0.0));
        let workers: Vec<f64> = spent.collect();
        assert!(!workers.is_empty(), "no thread of the validator's is named {WORKERS}");
        Busy {
            validator: (self.validator - before.validator) / passed,
            workers: workers.iter().sum::<f64>() / passed,
            busiest: workers.iter().copied().fold(0.0, f64::max) / passed,
            client: (self.client - before.client) / passed,
        }
    }
}

/// User and system time in a `stat` file; a name in parentheses may hold anything.
fn seconds(stat: &str) -> f64 {
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let spent = behind.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    spent.sum::<f64>() / TICKS
}
