//! The page of tokens and components, `/styleguide.html` of a development build.
//! It must never become part of a release: nobody who works with the app pays for it.

use std::path::Path;

use anyhow::Result;

use crate::files;
use crate::repo::Repo;

/// Where the page and its own styles are.
const SOURCE: &str = "styles/guide";
/// The worker gives every page that is gone to the app, but for this one.
const LEFT_ALONE: &str = r#"addEventListener("fetch",(event)=>{if(new URL(event.request.url).pathname==="/styleguide.html")event.stopImmediatePropagation()});"#;

/// Puts the page beside the app.
pub(crate) fn write(repo: &Repo, folder: &Path) -> Result<()> {
    for name in ["styleguide.html", "styleguide.css"] {
        let bytes = files::read(&repo.root.join(SOURCE).join(name))?;
        files::write(&folder.join(name), bytes)?;
    }
    Ok(())
}

/// The worker's script, which leaves the page to the server.
pub(crate) fn beside(worker: &str) -> String {
    format!("{LEFT_ALONE}\n{worker}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of daisyUI.
    const THEIRS: [&str; 5] = ["btn", "btn-primary", "btn-lg", "btn-ghost", "input"];

    #[test]
    fn shows_only_classes_that_there_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let page = std::fs::read_to_string(root.join(SOURCE).join("styleguide.html")).unwrap();
        let mut styles = String::new();
        for path in files::list(&root.join("styles")).unwrap() {
            if files::extension(&path) == "css" {
                styles += &std::fs::read_to_string(path).unwrap();
            }
        }
        let is_defined = |class: &str| {
            let ends =
                |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-');
            THEIRS.contains(&class) || styles.split(&format!(".{class}")).skip(1).any(ends)
        };
        let classes = page
            .split("class=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let unknown: Vec<&str> = classes
            .flat_map(str::split_whitespace)
            .filter(|class| !is_defined(class))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
