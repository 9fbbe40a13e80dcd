//! Codes of the area `engine/`: what the playground itself has to say.

super::codes! {
    NOT_SIMULATED = "engine/not-simulated", Bug,
        "Something in the configuration is not simulated here",
        "設定の一部はここではシミュレートされません",
        "Everything before it is; the page says where the simulation stops.",
        "それより前の部分は実際と同じに動きます。どこで止まるかはページに示されます。";
    ENV_UNSET = "engine/env-unset", Hint,
        "Not set on the imagined node, so empty here",
        "想定するノードで設定されていないため、ここでは空になります",
        "Set them with “node: …” at the bottom of the page.",
        "ページ下端の「ノード: …」で設定できます。";
}
