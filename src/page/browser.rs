//! Small errands in the browser: address, clipboard, files, theme, language.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Element, HtmlAnchorElement, HtmlDialogElement, HtmlElement, Url};

use super::state::Theme;
use super::texts::Lang;

/// A field of a JavaScript object; `undefined` without.
pub fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// The text in small letters: the browser has the tables.
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// A field of a JavaScript object that holds a count; 0 without.
pub fn number(object: &JsValue, name: &str) -> u32 {
    field(object, name).as_f64().unwrap_or_default() as u32
}

/// A field of a JavaScript object that holds a text; empty without.
pub fn text(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_default()
}

/// A JavaScript array.
pub fn list(items: impl Iterator<Item = JsValue>) -> JsValue {
    let array = Array::new();
    items.for_each(|item| _ = array.push(&item));
    array.into()
}

/// A plain object with these fields.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

fn first<E: JsCast>(selector: &str) -> Option<E> {
    web_sys::window()?.document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// Closes the open dialog, if there is one.
pub fn close_dialog() {
    if let Some(dialog) = first::<HtmlDialogElement>("dialog[open]") {
        dialog.close();
    }
}

/// Gives the first element of this selector the focus.
pub fn focus(selector: &str) {
    if let Some(element) = first::<HtmlElement>(selector) {
        let _ = element.focus();
    }
}

/// Where the focus is, if it is anywhere.
pub fn focused() -> Option<Element> {
    let active = web_sys::window()?.document()?.active_element();
    active.filter(|element| element.tag_name() != "BODY")
}

/// The page's colours.
pub fn set_theme(theme: Theme) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
    super::storage::set("theme", theme.word());
}

/// The page's language.
pub fn set_lang(lang: Lang) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", lang.tag());
    }
    super::storage::set("lang", lang.tag());
}

/// The language to begin with: the one chosen before, or the browser's.
pub fn first_lang() -> Lang {
    let browser = || web_sys::window().and_then(|window| window.navigator().language());
    Lang::of_tag(&super::storage::get("lang").or_else(browser).unwrap_or_default())
}

/// The theme to begin with.
pub fn first_theme() -> Theme {
    Theme::of_word(&super::storage::get("theme").unwrap_or_default())
}

/// The fragment of the address, without `#`.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Loads the page anew from its address.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Puts a fragment into the address, without a step in the history.
pub fn set_fragment(fragment: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// The page's address with this fragment.
pub fn link_with(fragment: &str) -> String {
    let href =
        web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    format!("{}#{fragment}", href.split('#').next().unwrap_or_default())
}

/// Saves a text as a file.
pub fn download(name: &str, kind: &str, text: &str) {
    let save = || -> Option<()> {
        if text.starts_with("data:application/zip") {
            return save_as(name, text);
        }
        let options = object(&[("type", JsValue::from_str(kind))]);
        let parts = Array::of1(&JsValue::from_str(text));
        let blob = Blob::new_with_str_sequence_and_options(&parts, options.unchecked_ref()).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        save_as(name, &url)?;
        // Safari begins to read after this turn.
        Timeout::new(60_000, move || _ = Url::revoke_object_url(&url)).forget();
        Some(())
    };
    save();
}

fn save_as(name: &str, url: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let anchor = document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(url);
    anchor.set_download(name);
    anchor.click();
    Some(())
}

/// The print dialog.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Fetches one of the site's own JSON files.
pub async fn fetch_json(url: &str) -> Option<JsValue> {
    let promise = web_sys::window()?.fetch_with_str(url);
    let response = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    let response = response.dyn_into::<web_sys::Response>().ok()?;
    wasm_bindgen_futures::JsFuture::from(response.json().ok()?).await.ok()
}

/// Hears an event of the window for as long as the page lives.
pub fn listen(name: &str, hear: impl FnMut(web_sys::Event) + 'static) {
    let ear = Closure::<dyn FnMut(web_sys::Event)>::new(hear);
    if let Some(window) = web_sys::window() {
        // Before an editor hears of it.
        let call = ear.as_ref().unchecked_ref();
        let _ = window.add_event_listener_with_callback_and_bool(name, call, true);
    }
    ear.forget();
}

/// Does this once the service worker has everything: then, or at once.
pub fn when_offline_ready(mut then: impl FnMut() + 'static) {
    let is_ready = || root().is_some_and(|root| root.has_attribute("data-offline"));
    if is_ready() {
        then();
    } else {
        listen("offline-ready", move |_| then());
    }
}
