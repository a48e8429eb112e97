//! How fast all accounts are scanned on this machine, in one thread: `cargo bench -p ballast-keeper --bench scan`.

#[path = "../tests/scan/scene.rs"]
mod scene;

fn main() {
    let scene = scene::Scene::usual(20_000, 10, 1);
    let mut scanner = scene.scanner();
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let count = scanner.rescan_all(scene::NOW);
        let per = start.elapsed().as_secs_f64() / count as f64 * 1e6;
        let below = scanner.below_maintenance().count();
        println!(
            "{count} accounts, {per:.2} us each, {below} below, {} unfit, {} MB",
            scanner.unfit().count(),
            scanner.memory() >> 20
        );
    }
    for (_, unfit) in scanner.unfit().take(3) {
        println!("{unfit}");
    }
}
