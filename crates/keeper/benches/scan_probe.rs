#[path = "../tests/scan/scene.rs"]
mod scene;
use ballast_interface::risk::*;
use std::hint::black_box;
use std::time::Instant;
fn main() {
    let scene = scene::Scene::usual(20_000, 10, 1);
    let mut desk = Box::<ballast_margin::Desk>::default();
    for _ in 0..3 {
        let n = scene.accounts.len() as f64;
        let moment = ballast_keeper::scan::Moment::new(
            &scene.group,
            scene.markets.iter().zip(&scene.risks).map(|(m, r)| (m, Some(r))),
            scene::NOW,
        );
        let t = Instant::now();
        for (_, a) in &scene.accounts {
            let a = *a;
            black_box(&a);
        }
        println!("copy {:.2}", t.elapsed().as_secs_f64() / n * 1e6);
        let t = Instant::now();
        for (_, a) in &scene.accounts {
            let mut a = *a;
            moment.refresh(&mut a).unwrap();
            black_box(&a);
        }
        println!("refresh {:.2}", t.elapsed().as_secs_f64() / n * 1e6);
        let given = |a: &ballast_interface::account::MarginAccount| -> Vec<&MarketRisk> {
            scene.risks.iter().filter(|r| a.markets.iter().any(|m| m.market == r.market)).collect()
        };
        let t = Instant::now();
        for (_, a) in &scene.accounts {
            let g = given(a);
            let mut room = LegRoom::EMPTY;
            let r = Reading::new(&scene.group, &scene.model, a, &g, scene::NOW, &mut room).unwrap();
            black_box(r.rules());
            black_box(r.markets().len());
        }
        println!("reading {:.2}", t.elapsed().as_secs_f64() / n * 1e6);
        let t = Instant::now();
        for (_, a) in &scene.accounts {
            let g = given(a);
            let mut room = LegRoom::EMPTY;
            let r = Reading::new(&scene.group, &scene.model, a, &g, scene::NOW, &mut room).unwrap();
            let mut rep = Assessment::default();
            r.assess(&mut desk, &mut rep).unwrap();
            black_box(&rep);
        }
        println!("reading+assess {:.2}", t.elapsed().as_secs_f64() / n * 1e6);
    }
}
