//! What is kept in this browser. Everything may fail (private windows, full or forbidden storage):
//! then the page works without.

/// Prefix of our keys.
const PREFIX: &str = "fluentd-playground:";

/// The value under a key.
pub fn get(key: &str) -> Option<String> {
    let storage = web_sys::window()?.local_storage().ok()??;
    storage.get_item(&format!("{PREFIX}{key}")).ok()?
}

/// Keeps a value; false when the browser does not take it.
pub fn set(key: &str, value: &str) -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok()?);
    storage.is_some_and(|storage| storage.set_item(&format!("{PREFIX}{key}"), value).is_ok())
}

/// Forgets a value.
pub fn remove(key: &str) {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok()?);
    if let Some(storage) = storage {
        let _ = storage.remove_item(&format!("{PREFIX}{key}"));
    }
}
