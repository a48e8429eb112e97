//! Writing the IR: one builder, placed before an instruction.

use super::{api, Builder, Context, Handle, Module, Op, Type, Value};

/// Integer predicates, by llvm-c's numbers.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum Pred {
    Eq = 32,
    Ne = 33,
    Ugt = 34,
    Uge = 35,
    Ult = 36,
    Slt = 40,
    Sgt = 38,
}

/// Writes instructions at one place of one function.
pub struct Build {
    builder: Builder,
    /// The context of types and constants.
    pub cx: Context,
    module: Module,
    function: Value,
}

impl Drop for Build {
    fn drop(&mut self) {
        unsafe { (api().DisposeBuilder)(self.builder) }
    }
}

const NAMELESS: *const std::ffi::c_char = c"".as_ptr();

impl Build {
    /// A builder that writes before an instruction.
    pub fn before(cx: Context, module: Module, instruction: Value) -> Self {
        let function = instruction.block().function();
        unsafe {
            let builder = (api().CreateBuilderInContext)(cx);
            (api().PositionBuilderBefore)(builder, instruction);
            Self { builder, cx, module, function }
        }
    }

    /// A builder that writes the body of a function that has none.
    pub fn body(cx: Context, module: Module, function: Value) -> Self {
        unsafe {
            let block = (api().AppendBasicBlockInContext)(cx, function, c"start".as_ptr());
            let builder = (api().CreateBuilderInContext)(cx);
            (api().PositionBuilderAtEnd)(builder, block);
            Self { builder, cx, module, function }
        }
    }

    /// A function of the module by name, declared when it is not there.
    pub fn function(&self, name: &str, result: Type, params: &[Type]) -> (Value, Type) {
        let ty = self.cx.function(result, params);
        let text = std::ffi::CString::new(name).expect("symbol names hold no zero byte");
        unsafe {
            let known = (api().GetNamedFunction)(self.module, text.as_ptr());
            let function =
                known.some().unwrap_or_else(|| (api().AddFunction)(self.module, text.as_ptr(), ty));
            // A call by another signature would pass its arguments in the wrong places; only a system
            // call has none but its registers.
            let agrees = function.is_declaration() || function.function_type() == ty;
            assert!(agrees, "`{name}` has another signature (a defect of cargo-sbf)");
            (function, ty)
        }
    }

    /// Calls a function of the module by name.
    pub fn call_named(&self, name: &str, result: Type, args: &[Value]) -> Value {
        let params: Vec<Type> = args.iter().map(|a| a.ty()).collect();
        let (function, ty) = self.function(name, result, &params);
        self.call(ty, function, args)
    }

    /// Calls a value.
    pub fn call(&self, ty: Type, callee: Value, args: &[Value]) -> Value {
        unsafe { (api().BuildCall2)(self.builder, ty, callee, args.as_ptr(), args.len() as u32, NAMELESS) }
    }

    /// Says from where on a slot is in use, so that slots can share their place.
    pub fn begin_use(&self, slot: Value) {
        self.call_named("llvm.lifetime.start.p0", self.cx.void(), &[slot]);
    }

    /// Says that a slot is no longer in use.
    pub fn end_use(&self, slot: Value) {
        self.call_named("llvm.lifetime.end.p0", self.cx.void(), &[slot]);
    }

    /// A stack slot of the function, in its entry block, aligned for its type or to eight.
    pub fn slot(&self, ty: Type) -> Value {
        let entry = self.function.blocks()[0];
        let place = Build::before(self.cx, self.module, entry.instructions()[0]);
        unsafe {
            let slot = (api().BuildAlloca)(place.builder, ty, NAMELESS);
            let is_wide = ty.float_width() == Some(128) || ty.int_width() == Some(128);
            (api().SetAlignment)(slot, if is_wide { 16 } else { 8 });
            slot
        }
    }

    /// Loads a value, aligned to eight.
    pub fn load(&self, ty: Type, from: Value) -> Value {
        unsafe {
            let value = (api().BuildLoad2)(self.builder, ty, from, NAMELESS);
            (api().SetAlignment)(value, 8);
            value
        }
    }

    /// Stores a value, aligned to eight.
    pub fn store(&self, value: Value, to: Value) {
        unsafe { (api().SetAlignment)((api().BuildStore)(self.builder, value, to), 8) }
    }

    /// Loads a value from any address.
    pub fn load_unaligned(&self, ty: Type, from: Value) -> Value {
        unsafe {
            let value = (api().BuildLoad2)(self.builder, ty, from, NAMELESS);
            (api().SetAlignment)(value, 1);
            value
        }
    }

    /// Stores a value to any address.
    pub fn store_unaligned(&self, value: Value, to: Value) {
        unsafe { (api().SetAlignment)((api().BuildStore)(self.builder, value, to), 1) }
    }

    /// The address some bytes further on.
    pub fn byte(&self, base: Value, offset: u64) -> Value {
        let offset = self.cx.constant(64, offset);
        unsafe { (api().BuildGEP2)(self.builder, self.cx.int(8), base, &offset, 1, NAMELESS) }
    }

    /// The address of a word in an array of words.
    pub fn word(&self, base: Value, index: u64) -> Value {
        let index = self.cx.constant(64, index);
        unsafe { (api().BuildGEP2)(self.builder, self.cx.int(64), base, &index, 1, NAMELESS) }
    }

    /// The address of a member of a structure.
    pub fn member(&self, ty: Type, base: Value, index: u32) -> Value {
        unsafe { (api().BuildStructGEP2)(self.builder, ty, base, index, NAMELESS) }
    }

    /// A binary operation.
    pub fn op(&self, code: u32, a: Value, b: Value) -> Value {
        unsafe { (api().BuildBinOp)(self.builder, code, a, b, NAMELESS) }
    }

    /// A binary operation with a constant of the same type (at most 64 significant bits).
    pub fn op_const(&self, code: u32, a: Value, b: u64) -> Value {
        let constant = unsafe { (api().ConstInt)(a.ty(), b, 0) };
        self.op(code, a, constant)
    }

    /// A cast.
    pub fn cast(&self, code: u32, value: Value, to: Type) -> Value {
        unsafe { (api().BuildCast)(self.builder, code, value, to, NAMELESS) }
    }

    /// Widens, narrows or keeps an integer.
    pub fn resize(&self, value: Value, width: u32, signed: bool) -> Value {
        let from = value.ty().int_width().expect("an integer");
        let to = self.cx.int(width);
        match from.cmp(&width) {
            std::cmp::Ordering::Equal => value,
            std::cmp::Ordering::Greater => self.cast(Op::Trunc, value, to),
            std::cmp::Ordering::Less => self.cast(if signed { Op::SExt } else { Op::ZExt }, value, to),
        }
    }

    /// An integer comparison.
    pub fn compare(&self, pred: Pred, a: Value, b: Value) -> Value {
        unsafe { (api().BuildICmp)(self.builder, pred as u32, a, b, NAMELESS) }
    }

    /// An integer comparison with zero.
    pub fn compare_zero(&self, pred: Pred, a: Value) -> Value {
        self.compare(pred, a, self.zero(a.ty()))
    }

    /// Zero of a type.
    pub fn zero(&self, ty: Type) -> Value {
        unsafe { (api().ConstNull)(ty) }
    }

    /// One of two values.
    pub fn select(&self, condition: Value, yes: Value, no: Value) -> Value {
        unsafe { (api().BuildSelect)(self.builder, condition, yes, no, NAMELESS) }
    }

    /// A structure of the given members.
    pub fn aggregate(&self, ty: Type, members: &[Value]) -> Value {
        let poison = unsafe { (api().GetPoison)(ty) };
        members.iter().zip(0..).fold(poison, |whole, (&member, i)| unsafe {
            (api().BuildInsertValue)(self.builder, whole, member, i, NAMELESS)
        })
    }

    /// Returns nothing.
    pub fn ret_void(&self) {
        unsafe { (api().BuildRetVoid)(self.builder) };
    }

    /// Ends a block that is never left.
    pub fn unreachable(&self) {
        unsafe { (api().BuildUnreachable)(self.builder) };
    }

    /// The low word of a 128-bit value.
    pub fn low(&self, value: Value) -> Value {
        self.cast(Op::Trunc, value, self.cx.int(64))
    }

    /// The high word of a 128-bit value.
    pub fn high(&self, value: Value) -> Value {
        self.low(self.op_const(Op::LShr, value, 64))
    }

    /// A 128-bit value of two words.
    pub fn join(&self, low: Value, high: Value) -> Value {
        let wide = self.cx.int(128);
        let high = self.op_const(Op::Shl, self.cast(Op::ZExt, high, wide), 64);
        self.op(Op::Or, self.cast(Op::ZExt, low, wide), high)
    }
}
