//! Random worlds are what the other tests take them for.

use crate::common::rng::Rng;
use crate::common::world::instrument;
use crate::common::{worlds, Shape, Size, World};
use ballast_margin::book::{Kind, MAX_EXPIRIES};
use proptest::prelude::*;

fn wing(rho: f64) -> f64 {
    1.0 + rho.abs()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn worlds_are_valid(world in worlds(Shape::default())) {
        for pair in world.legs.windows(2) {
            prop_assert!(instrument(&pair[0]) < instrument(&pair[1]));
        }
        for leg in &world.legs {
            let market = &world.markets[usize::from(leg.market)];
            if matches!(leg.kind, Kind::Call | Kind::Put) {
                let forward = market.expiries[usize::from(leg.expiry)].forward.0 as f64;
                let share = leg.strike.0 as f64 / forward;
                prop_assert!((0.02..=30.0).contains(&share), "strike of {share}");
                prop_assert_eq!(leg.basis.0, 0);
            } else {
                prop_assert_eq!(leg.strike.0, 0);
            }
            prop_assert_ne!(leg.quantity.0, 0);
        }
        for market in &world.markets {
            let alike = world.markets.iter().filter(|other| other.id == market.id);
            prop_assert_eq!(alike.count(), 1);
            for expiry in market.expiries {
                let (svi, rho) = (&expiry.svi, expiry.svi.rho.to_num::<f64>());
                prop_assert!(svi.a >= 0 && svi.s > 0 && rho.abs() < 1.0);
                prop_assert!(svi.b.to_num::<f64>() * wing(rho) < 2.0);
                prop_assert!(svi.years.0 > 0 && expiry.forward.0 > 0);
            }
            for pair in market.expiries.windows(2) {
                prop_assert!(pair[0].seconds < pair[1].seconds);
            }
        }
        for token in &world.collateral {
            prop_assert!(token.amount.0 >= 0 && token.price.0 > 0);
        }
    }

    #[test]
    fn joining_adds_positions(seed in any::<u64>(), other in any::<u64>()) {
        let one = World::random(seed);
        let two = one.rebooked(other, 20, 2);
        let both = one.joined(&two);
        let net = |world: &World| world.legs.iter().map(|leg| i128::from(leg.quantity.0)).sum::<i128>();
        prop_assert_eq!(net(&both), net(&one) + net(&two));
        prop_assert_eq!(both.collateral.len(), one.collateral.len() + 2);
        for pair in both.legs.windows(2) {
            prop_assert!(instrument(&pair[0]) < instrument(&pair[1]));
        }
    }
}

#[test]
fn a_seed_is_a_world() {
    let show = |seed| format!("{:?}", World::random(seed));
    assert_eq!(show(7), show(7));
    assert_ne!(show(7), show(8));
    // First numbers of splitmix64 from zero, as published with it.
    let mut rng = Rng::new(0);
    assert_eq!([rng.next(), rng.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
}

#[test]
fn sizes_are_kept_and_worlds_grow_at_the_end() {
    let size = Size { markets: 4, expiries: 4, legs: 64, collateral: 12 };
    let large = World::sized(1, size);
    assert_eq!((large.legs.len(), large.markets.len(), large.collateral.len()), (64, 4, 12));
    assert!(large.markets.iter().all(|market| market.expiries.len() == MAX_EXPIRIES / 4));
    let small = World::sized(1, Size { legs: 5, ..size });
    assert_eq!(small.legs.len(), 5);
    assert!(small.legs.iter().all(|leg| large.legs.contains(leg)));
}

#[test]
fn worlds_are_of_many_kinds() {
    let worlds: Vec<World> = (0..300).map(World::random).collect();
    let some = |what: &dyn Fn(&World) -> bool| {
        let count = worlds.iter().filter(|world| what(world)).count();
        assert!(count > 10, "only {count} of 300");
    };
    some(&|world| world.legs.is_empty() || world.legs.len() < 5);
    some(&|world| world.legs.len() > 50);
    some(&|world| world.collateral.iter().any(|token| token.market.is_some()));
    some(&|world| world.markets.iter().any(|market| !market.certain));
    some(&|world| world.cash.0 < 0);
    some(&|world| world.unpaid.0 > 0);
    let expiries =
        |world: &World| world.markets.iter().flat_map(|market| market.expiries).copied().collect::<Vec<_>>();
    for seconds in [i64::MIN..=0, 1..=1, 2..=1_799, 1_800..=86_400, 40_000_000..=70_000_000] {
        some(&|world| expiries(world).iter().any(|expiry| seconds.contains(&expiry.seconds)));
    }
    // Calls and puts of one strike, for offsets between them.
    some(&|world| world.legs.windows(2).any(|pair| pair[0].strike.0 > 0 && pair[0].strike == pair[1].strike));
}
