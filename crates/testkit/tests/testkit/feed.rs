//! The test feed on LiteSVM.

use crate::feed_cases;
use ballast_testkit::{actor, Arch, Lite, Signer, World};

#[test]
fn the_feed_writes_what_its_authority_signs_and_nothing_else() {
    for arch in [Arch::V0, Arch::V3] {
        let mut svm = Lite::new(arch);
        let feed = svm.load("test_feed");
        let mut world = World::new(svm);
        for (address, account) in feed_cases::accounts(&feed, &actor("another program").pubkey()) {
            world.svm.set_account(&address, account);
        }
        feed_cases::play(&mut world, &feed);
    }
}
