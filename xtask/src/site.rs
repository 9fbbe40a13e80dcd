//! What Vite does not make: the samples and icons beside the bundle.

use anyhow::Result;
use std::path::Path;

const DIST: &str = "dist";

/// Completes `dist/` after Vite.
pub fn finish() -> Result<()> {
    for folder in ["icons", "samples"] {
        copy_folder(&Path::new("static").join(folder), &Path::new(DIST).join(folder))?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
