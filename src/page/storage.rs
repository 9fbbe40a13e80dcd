//! What is kept in this browser. Everything may fail (private windows, full or forbidden storage):
//! then the page works without.

use web_sys::Storage;

/// Prefix of our keys.
const PREFIX: &str = "fluentd-playground:";

/// The browser's storage; none in another page's frame (`#embed`), which keeps nothing.
fn storage() -> Option<Storage> {
    let window = web_sys::window()?;
    let root = window.document()?.document_element()?;
    if root.has_attribute("data-embed") { None } else { window.local_storage().ok()? }
}

/// The value under a key.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(&format!("{PREFIX}{key}")).ok()?
}

/// Keeps a value; false when the browser does not take it.
pub fn set(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&format!("{PREFIX}{key}"), value).is_ok())
}

/// Forgets a value.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{key}"));
    }
}
