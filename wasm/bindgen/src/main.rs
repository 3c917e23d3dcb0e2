//! `konflux-wasm-bindgen MODULE FOLDER`: writes `engine.js`, `engine.d.ts` and `engine_bg.wasm`.
//!
//! wasm-bindgen's own command line does the same, but must be installed in exactly the version of
//! the library; here Cargo sees to that.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let module = arguments.next().context("the module is missing")?;
    let folder = arguments.next().context("the folder is missing")?;
    Bindgen::new()
        .input_path(module)
        .out_name("engine")
        .web(true)?
        // An engine that failed is replaced by a new instance of the same module.
        .typescript(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        // Functions are sorted by their names (`build.mjs`), which go afterwards.
        .remove_name_section(false)
        .remove_producers_section(true)
        .generate(folder)
}
