//! One story, every SVM.

/// Makes four tests of a story over `World`: LiteSVM and solana-program-test, each with v0 and v3.
#[macro_export]
macro_rules! on_every_svm {
    ($($story:ident),+ $(,)?) => {$(
        #[cfg(test)]
        mod $story {
            use $crate::{Arch, Bank, Lite, World};

            #[test]
            fn on_litesvm_v0() {
                super::$story(&mut World::new(Lite::new(Arch::V0)));
            }

            #[test]
            fn on_litesvm_v3() {
                super::$story(&mut World::new(Lite::new(Arch::V3)));
            }

            #[test]
            fn on_program_test_v0() {
                super::$story(&mut World::new(Bank::new(Arch::V0)));
            }

            #[test]
            fn on_program_test_v3() {
                super::$story(&mut World::new(Bank::new(Arch::V3)));
            }
        }
    )+};
}
