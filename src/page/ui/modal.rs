//! A dialog over the page: the browser's own, so that focus stays in it and Escape closes it.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::{Callback, Event, Html, MouseEvent, TargetCast, html};

use super::maybe;
use super::with::once;

/// The dialog, with the words of its heading and of its closing button.
pub fn modal(
    title: &'static str,
    class: &'static str,
    close_label: &'static str,
    close: &Callback<()>,
    body: Html,
) -> Html {
    let onclick = maybe(close, |event: MouseEvent| {
        // A press beside the box: the target is the dialog itself.
        event.target_dyn_into::<HtmlDialogElement>().map(|_| ())
    });
    let draw = html! {
        <dialog {class} aria-label={title} onclose={close.reform(|_: Event| ())} {onclick}>
            <div class="modal-box">
                <header class="modal-head">
                    <h2>{ title }</h2>
                    <button type="button" class="ghost" aria-label={close_label}
                        onclick={close.reform(|_: MouseEvent| ())}>{ "✕" }</button>
                </header>
                { body }
            </div>
        </dialog>
    };
    once(draw, |dialog| {
        if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    })
}
