//! A group's risk comes to be: model, committee, markets, prices, surfaces; then an account is assessed.

use ballast_interface::risk::{Assessment, Preset};
use ballast_testkit::{dollars, risk_program, slice, World, BTC};

ballast_testkit::on_every_svm!(a_call_is_margined);

fn a_call_is_margined(world: &mut World) {
    let spec = world.create_risk(Preset::Ballast, &[BTC]);
    let done = world.set_price(&spec, BTC, 95_000_00000000);
    println!("refresh {}", done.compute_units);
    let now = world.svm.now();
    let slices = [slice(now, 864_000, dollars(95_500), 0.6), slice(now, 3_000_000, dollars(96_000), 0.62)];
    let done = world.set_surface(&spec, BTC, &slices);
    println!("surface {}", done.compute_units);
    let alice = world.person("alice");
    let account = world.open_with_book(&spec, &alice, 0, |account| {
        account.cash = 10_000_000_000;
        let leg = &mut account.legs[0];
        (leg.market, leg.kind, leg.quantity, leg.expiry) = (BTC, 3, -100, slices[0].expiry);
        leg.strike = 100_000_00000000;
        (account.markets[0].market, account.markets[0].legs) = (BTC, 1);
    });
    let assess = risk_program::assess(&spec.group, &account, &[BTC]);
    let done = world.svm.send(&[assess], &[]).unwrap();
    println!("assess {}", done.compute_units);
    let report = Assessment::from_bytes(&done.return_data).expect("a report");
    println!("{:#?} {:#?}", report.parts, report.markets());
}
