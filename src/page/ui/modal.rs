//! A dialog over the page: the browser's own, so that focus stays in it and Escape closes it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::{Callback, Event, Html, MouseEvent, TargetCast, html};

use super::maybe;
use super::with::with;

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
    // One that was closed and is shown again with another content tells of the closing late.
    let onclose = maybe(close, |event: Event| {
        event.target_dyn_into::<HtmlDialogElement>().filter(|dialog| !dialog.open()).map(|_| ())
    });
    // Escape: before the next key, not after the turn in which the dialog tells that it is closed.
    let oncancel = close.reform(|_: Event| ());
    let draw = html! {
        <dialog {class} aria-label={title} {onclose} {oncancel} {onclick}>
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
    let show = |dialog: Element| {
        if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>().filter(|dialog| !dialog.open())
        {
            let _ = dialog.show_modal();
        }
    };
    with(draw, title.into(), Callback::from(show))
}
