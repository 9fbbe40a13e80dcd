//! Panics without their words: in what is shipped, a panic is a trap.
//!
//! The words of a panic (file, line, values) are only for who debugs; the code that puts them together
//! and the arguments each place of a possible panic passes to it are some 3 % of a wasm file. Every
//! way into a panic gets `unreachable` as its body here; wasm-opt then drops what only led there.

use anyhow::{Context, Result};
use std::path::Path;
use walrus::ir::{Instr, InstrLocId, Unreachable};
use walrus::{FunctionKind, Module, ModuleConfig};

/// The module that rustc made, its panics silenced. By name: an entry that is inlined elsewhere stays.
pub fn silenced(wasm: &Path) -> Result<Module> {
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .parse_file(wasm)
        .with_context(|| wasm.display().to_string())?;
    for function in module.funcs.iter_mut() {
        let is_way = function.name.as_deref().is_some_and(is_way_into_a_panic);
        if let FunctionKind::Local(function) = &mut function.kind
            && is_way
        {
            let entry = function.entry_block();
            let trap = (Instr::Unreachable(Unreachable {}), InstrLocId::default());
            function.block_mut(entry).instrs = vec![trap];
        }
    }
    Ok(module)
}

/// Rust's own names, in both of its manglings: lengths before the words.
fn is_way_into_a_panic(name: &str) -> bool {
    const MODULES: [&str; 2] = ["4core9panicking", "3std9panicking"];
    const FUNCTIONS: [&str; 16] = [
        "12handle_error",
        "13assert_failed",
        "13expect_failed",
        "13unwrap_failed",
        "16slice_error_fail",
        "16slice_index_fail",
        "17capacity_overflow",
        "17len_mismatch_fail",
        "17rust_begin_unwind",
        "18handle_alloc_error",
        "18panic_access_error",
        "19slice_error_fail_rt",
        "22from_ascii_radix_panic",
        "22panic_already_borrowed",
        "22panic_on_ord_violation",
        "30panic_already_mutably_borrowed",
    ];
    // Only what is Rust's own: a plugin of ours may be called like one of these.
    let is_rusts = ["4core", "5alloc", "3std", "9hashbrown", "7___rustc"];
    is_rusts.iter().any(|name_of| name.contains(name_of))
        && !name.contains("fluentd_playground")
        && (MODULES.iter().any(|module| name.contains(module))
            || FUNCTIONS.iter().any(|function| name.contains(function)))
}
