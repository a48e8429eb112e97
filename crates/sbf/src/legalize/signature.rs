//! What a signature takes of the registers.

use crate::llvm::{Kind, Type};

/// Registers for arguments (r1 to r5).
pub const ARGUMENTS: u64 = 5;

/// Registers that a value of the type fills.
pub fn registers(ty: Type) -> u64 {
    match ty.kind() {
        Kind::Void => 0,
        Kind::Int(width) => u64::from(width.div_ceil(64)),
        Kind::Quad => 2,
        Kind::Struct => ty.members().into_iter().map(registers).sum(),
        Kind::Array => {
            let (element, length) = ty.array();
            registers(element) * length
        }
        _ => 1,
    }
}

/// Whether a result of the type must go through memory: more than r0 holds, or a half, which the
/// back end would pass as a float by calling conversions that it then refuses.
pub fn needs_memory(ty: Type) -> bool {
    matches!(ty.kind(), Kind::Struct | Kind::Array | Kind::Half) || registers(ty) > 1
}

/// How many leading parameters stay in registers when the others are packed behind a pointer, or
/// `None` when all of them fit as they are.
pub fn kept(params: &[Type]) -> Option<usize> {
    let fits = |ty: &Type| ty.kind() != Kind::Half;
    let total: u64 = params.iter().copied().map(registers).sum();
    if total <= ARGUMENTS && params.iter().all(fits) {
        return None;
    }
    let mut used = 0;
    let stay = params.iter().take_while(|ty| {
        used += registers(**ty);
        // One register is for the pointer to the others.
        used < ARGUMENTS && fits(ty)
    });
    Some(stay.count())
}
