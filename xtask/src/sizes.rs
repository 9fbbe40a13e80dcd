//! What a visitor downloads, compressed as a good web server sends it (brotli), against its budget.
//!
//! The bar is what the page is meant to weigh. While a bar is not met, its ceiling holds what has been
//! reached: a ceiling is only ever lowered, until it is the bar, or below it where there is room to keep.

use crate::site::{DIST, MANIFEST, shipped};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;

struct Budget {
    name: &'static str,
    /// Bytes meant.
    bar: usize,
    /// Bytes that no build may exceed.
    ceiling: usize,
}

/// HTML, style, script without the editor, and the page's wasm file.
const FIRST_PAINT: Budget = Budget { name: "first paint", bar: 150_000, ceiling: 142_000 };
/// Rust's `regex` crate (`www/src/verify.ts`), which only a sheet for another agent loads. Everyone who
/// stays gets it all the same, from the service worker, so it counts in everything too.
const ON_DEMAND: Budget = Budget { name: "on demand", bar: 100_000, ceiling: 100_000 };
/// Everything there is.
const EVERYTHING: Budget = Budget { name: "everything", bar: 600_000, ceiling: 1_035_000 };

/// Prints the table; an error where a ceiling is exceeded.
pub fn check() -> Result<()> {
    let first = first_paint().context(MANIFEST)?;
    let (mut first_sum, mut on_demand, mut sum) = (0, 0, 0);
    println!("    {:<44} {:>10} {:>10}", "file", "bytes", "brotli");
    for file in shipped()? {
        let name = file.strip_prefix(DIST)?.to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(&file)?;
        let packed = brotli_size(&bytes)?;
        let is_first = first.contains(&name);
        sum += packed;
        first_sum += if is_first { packed } else { 0 };
        let is_on_demand = name.starts_with("assets/verify");
        on_demand += if is_on_demand { packed } else { 0 };
        let mark = match (is_first, is_on_demand) {
            (true, _) => FIRST_PAINT.name,
            (_, true) => ON_DEMAND.name,
            _ => "",
        };
        println!("    {name:<44} {:>10} {packed:>10} {mark}", bytes.len());
    }
    let rows = [(FIRST_PAINT, first_sum), (ON_DEMAND, on_demand), (EVERYTHING, sum)];
    for (budget, size) in &rows {
        let Budget { name, bar, ceiling } = budget;
        println!("    {name:<44} {:>10} {size:>10} of {bar} (ceiling {ceiling})", "");
        if size > bar {
            println!("    {name}: OVER ITS BAR by {} bytes", size - bar);
        }
    }
    match rows.iter().find(|(budget, size)| *size > budget.ceiling) {
        Some((Budget { name, ceiling, .. }, size)) => {
            bail!("{name}: {size} bytes, ceiling {ceiling}")
        }
        None => Ok(()),
    }
}

fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let params = brotli::enc::BrotliEncoderParams::default();
    let mut packed = Vec::new();
    Ok(brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?)
}

/// The entry and all it imports before it runs, from Vite's manifest.
fn first_paint() -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(MANIFEST)?;
    let manifest: Value = serde_json::from_str(&text)?;
    let mut files = BTreeSet::from(["index.html".to_owned()]);
    let mut queue = vec!["index.html".to_owned()];
    let list = |entry: &Value, key: &str| -> Vec<String> {
        let items = entry[key].as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    while let Some(key) = queue.pop() {
        let entry = &manifest[&key];
        let file = entry["file"].as_str().with_context(|| format!("no entry {key}"))?;
        if files.insert(file.to_owned()) {
            queue.extend(list(entry, "imports"));
        }
        files.extend(list(entry, "css"));
        let is_page = |asset: &String| asset.contains("page_bg");
        files.extend(list(entry, "assets").into_iter().filter(is_page));
    }
    Ok(files)
}
